import Markets

/// The wrapper of every REST answer.
///
/// ```json
/// {"code":"0","msg":"","data":[…]}
/// {"code":"51001","data":[],"msg":"Instrument ID, Instrument ID code, or Spread ID doesn't exist."}
/// ```
/// A refusal may come with status 200 as well; only `code` tells.
/// <https://www.okx.com/docs-v5/en/#error-code>
struct OKXAnswer: ~Copyable {
    /// `Too many requests`, which a window of two seconds covers.
    private static let rateLimit: Int64 = 50011
    private static let windowSeconds = 2

    /// Owns what ``rows`` points into.
    private let json: VenueParser
    let rows: VenueValue

    /// Reads an answer.
    ///
    /// - Throws: ``VenueRequestError/undecodable(_:)``, ``VenueRequestError/rateLimited(retryAfterSeconds:)``, or
    ///   ``VenueRequestError/refused(status:code:)`` with the venue's code.
    init(_ body: UnsafeRawBufferPointer, maximumBytes: Int) throws(VenueRequestError) {
        var json = VenueParser(maximumBytes: maximumBytes, maximumDepth: 16)
        let root: VenueValue
        do { root = try json.parse(body) } catch { throw .undecodable(FrameRefusal(fault: error)) }
        var fields = VenueFields<Field>()
        fields.read(root)
        guard let code = fields[.code].utf8.flatMap({ Int64(utf8: $0) }) else {
            throw .undecodable(FrameRefusal(.shapeUnknown))
        }
        if code == Self.rateLimit { throw .rateLimited(retryAfterSeconds: Self.windowSeconds) }
        guard code == 0 else { throw .refused(status: 200, code: code) }
        let rows = fields[.data]
        guard rows.isArray else { throw .undecodable(FrameRefusal(.shapeUnknown, field: Field.data.key)) }
        self.rows = rows
        self.json = json
    }

    enum Field: Int, VenueFieldName {
        case code, data

        var key: String {
            switch self {
            case .code: "code"
            case .data: "data"
            }
        }
    }
}
