import NIOCore

extension ByteBuffer {
    /// Reads the bytes with a typed error, which `withUnsafeReadableBytes` does not carry.
    func reading<Value>(
        _ read: (UnsafeRawBufferPointer) throws(VenueRequestError) -> Value
    ) throws(VenueRequestError) -> Value {
        var result: Result<Value, VenueRequestError> = .failure(.undecodable(FrameRefusal(.malformed)))
        withUnsafeReadableBytes { bytes in
            do throws(VenueRequestError) { result = .success(try read(bytes)) } catch { result = .failure(error) }
        }
        return try result.get()
    }
}
