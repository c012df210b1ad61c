import NIOCore

/// The body of a refused request, `{"code":-1121,"msg":"Invalid symbol."}`.
enum VenueErrorBody {
    /// The venue's code; nil when there is none.
    static func code(_ body: ByteBuffer) -> Int64? {
        guard body.readableBytes <= 64 << 10 else { return nil }
        var json = VenueParser(maximumBytes: 64 << 10, maximumDepth: 8)
        return body.withUnsafeReadableBytes { bytes in
            guard let root = try? json.parse(bytes) else { return nil }
            var fields = VenueFields<Field>()
            fields.read(root)
            return fields[.code].integer
        }
    }

    private enum Field: Int, VenueFieldName {
        case code

        var key: String { "code" }
    }
}
