import Markets

/// The wrapper of every REST answer.
///
/// ```json
/// {"retCode":0,"retMsg":"OK","result":{"category":"linear","list":[…],"nextPageCursor":""},"retExtInfo":{},
///  "time":1786820639447}
/// {"retCode":10001,"retMsg":"Illegal category","result":{},"retExtInfo":{},"time":1786820639447}
/// ```
/// A refusal comes with status 200 as well; only `retCode` tells.
/// <https://bybit-exchange.github.io/docs/v5/error>
struct BybitAnswer: ~Copyable {
    /// `Too many visits` of a user or an address, which a window of five seconds covers.
    private static let rateLimits: Set<Int64> = [10006, 10018]
    private static let windowSeconds = 5

    /// Owns what the values point into.
    private let json: VenueParser
    let result: VenueValue
    /// `result.list`; absent from answers about one thing.
    private let list: VenueValue
    /// Where the next page begins; nil on the last one.
    let nextPage: String?
    /// The venue's clock.
    let time: MarketTime?

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
        guard let code = fields[.code].integer else { throw .undecodable(FrameRefusal(.shapeUnknown)) }
        if Self.rateLimits.contains(code) { throw .rateLimited(retryAfterSeconds: Self.windowSeconds) }
        guard code == 0 else { throw .refused(status: 200, code: code) }
        let (time, result) = (fields[.time].integer.flatMap { MarketTime(venueTime: $0) }, fields[.result])
        guard result.isObject else { throw .undecodable(FrameRefusal(.shapeUnknown, field: Field.result.key)) }
        fields.read(result)
        self.time = time
        self.result = result
        list = fields[.list]
        self.json = json
        nextPage = fields.isVacant(.nextPage) ? nil : fields[.nextPage].text
    }

    func rows() throws(FrameRefusal) -> VenueValue {
        guard list.isArray else { throw FrameRefusal(.shapeUnknown, field: Field.list.key) }
        return list
    }

    enum Field: Int, VenueFieldName {
        case code, result, time, list, nextPage

        var key: String {
            switch self {
            case .code: "retCode"
            case .result: "result"
            case .time: "time"
            case .list: "list"
            case .nextPage: "nextPageCursor"
            }
        }
    }
}
