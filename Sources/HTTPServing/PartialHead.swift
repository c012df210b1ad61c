import NIOCore

/// What has arrived of a header that is not complete yet.
struct PartialHead {
    private(set) var bytes = 0
    /// Bytes of the request line so far.
    private(set) var lineBytes = 0
    private var sawLine = false

    var hasStarted: Bool { bytes > 0 }

    mutating func add(_ buffer: ByteBuffer) {
        bytes += buffer.readableBytes
        guard !sawLine else { return }
        let view = buffer.readableBytesView
        if let end = view.firstIndex(of: UInt8(ascii: "\n")) {
            lineBytes += end - view.startIndex
            sawLine = true
        } else {
            lineBytes += view.count
        }
    }
}
