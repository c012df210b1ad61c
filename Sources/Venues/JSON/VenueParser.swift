import CSimdJSON

/// Parses one document after another into the same buffers; owned by one thread or event loop at a time.
struct VenueParser: ~Copyable {
    private let parser: OpaquePointer

    /// A parser that refuses documents above the given size or nesting.
    ///
    /// - Parameters:
    ///   - maximumBytes: the longest document; the buffers grow with the longest one seen, to some 15 bytes per byte of it and
    ///     24 per value.
    ///   - maximumDepth: levels of arrays and objects.
    init(maximumBytes: Int, maximumDepth: Int) {
        precondition(maximumBytes > 0 && maximumDepth > 0, "a parser needs room for a document")
        guard let parser = sj_parser_create(maximumBytes, maximumDepth) else {
            preconditionFailure("no memory for a JSON parser, or a limit above 4 GiB")
        }
        self.parser = parser
    }

    deinit { sj_parser_destroy(parser) }

    /// The document's root; it and everything under it are valid until the next call.
    mutating func parse(_ bytes: UnsafeRawBufferPointer) throws(VenueParseFault) -> VenueValue {
        var root: UnsafePointer<sj_value>?
        let code = sj_parse(parser, bytes.baseAddress, bytes.count, &root)
        guard code == SJ_OK else { throw VenueParseFault(code) }
        return VenueValue(root)
    }
}

/// Why a document was not parsed.
enum VenueParseFault: Error, Hashable, Sendable {
    case tooLarge, tooDeep, malformed, outOfMemory

    fileprivate init(_ code: sj_error) {
        switch code {
        case SJ_TOO_LARGE: self = .tooLarge
        case SJ_TOO_DEEP: self = .tooDeep
        case SJ_OUT_OF_MEMORY: self = .outOfMemory
        default: self = .malformed
        }
    }
}
