import NIOCore

/// The body of a refused request, `{"code":-1121,"msg":"Invalid symbol."}`; some venues write the code as text.
enum VenueErrorBody {
    /// The venue's code; nil when there is none.
    static func code(_ body: ByteBuffer) -> Int64? {
        guard body.readableBytes <= 64 << 10 else { return nil }
        var json = VenueParser(maximumBytes: 64 << 10, maximumDepth: 8)
        return body.withUnsafeReadableBytes { bytes in
            guard let root = try? json.parse(bytes) else { return nil }
            var fields = VenueFields<Field>()
            fields.read(root)
            return fields[.code].integer ?? fields[.code].utf8.flatMap { Int64(utf8: $0) }
        }
    }

    private enum Field: Int, VenueFieldName {
        case code

        var key: String { "code" }
    }
}
