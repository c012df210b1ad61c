import Markets

/// The wrapper of every REST answer.
///
/// ```json
/// {"success":true,"code":0,"data":[…]}
/// {"success":false,"code":510,"message":"Requests are too frequent, please try again later!"}
/// ```
/// A refusal comes with status 200 as well; only `success` and `code` tell.
/// <https://mexcdevelop.github.io/apidocs/contract_v1_en/#error-code-example>
struct MEXCFuturesAnswer: ~Copyable {
    private static let tooFrequent: Int64 = 510
    /// The venue counts requests per two seconds.
    private static let windowSeconds = 2

    /// Owns what ``data`` points into.
    private let json: VenueParser
    let data: VenueValue

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
        guard let success = fields[.success].flag, let code = fields[.code].integer else {
            throw .undecodable(FrameRefusal(.shapeUnknown))
        }
        if code == Self.tooFrequent { throw .rateLimited(retryAfterSeconds: Self.windowSeconds) }
        guard success, code == 0 else { throw .refused(status: 200, code: code) }
        let data = fields[.data]
        guard !data.isAbsent else { throw .undecodable(FrameRefusal(.fieldMissing, field: Field.data.key)) }
        self.data = data
        self.json = json
    }

    enum Field: Int, VenueFieldName {
        case success, code, data

        var key: String {
            switch self {
            case .success: "success"
            case .code: "code"
            case .data: "data"
            }
        }
    }
}
