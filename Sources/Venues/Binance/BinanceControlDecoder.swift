/// Replies to our requests, and the notices that come in their shape.
///
/// ```json
/// {"result":null,"id":1}
/// {"error":{"code":2,"msg":"Invalid request: unknown variant `NOT_A_METHOD`"},"id":2}
/// {"event":{"e":"serverShutdown","E":1770123456789}}
/// ```
/// A refusal is also documented without the wrapper, as `{"code":2,"msg":…,"id":…}`.
/// <https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams#live-subscribingunsubscribing-to-streams>
struct BinanceControlDecoder: ~Copyable {
    private var fields = JSONFields<Field>()
    private var nested = JSONFields<Field>()

    mutating func decode(_ object: JSONValue) throws(FrameRefusal) -> BinanceSpotMessage {
        fields.read(object)
        if fields[.event].isObject {
            nested.read(fields[.event])
            guard nested[.eventType].equals("serverShutdown") else { throw FrameRefusal(.eventUnknown) }
            return .serverShutdown
        }
        let id = fields[.id].integer
        if fields[.error].isObject {
            nested.read(fields[.error])
            return .refused(id: id, code: try nested.integer(.code), text: Self.bounded(try nested.text(.message)))
        }
        if let code = fields[.code].integer {
            return .refused(id: id, code: code, text: Self.bounded(try fields.text(.message)))
        }
        guard !fields[.result].isAbsent, let id else { throw FrameRefusal(.shapeUnknown) }
        return .acknowledged(id: id)
    }

    /// The venue's words end up in a log: at most 200 characters of them.
    private static func bounded(_ text: String) -> String { String(text.prefix(200)) }

    enum Field: Int, JSONFieldName {
        case result, error, id, code, message, event, eventType

        var key: String {
            switch self {
            case .result: "result"
            case .error: "error"
            case .id: "id"
            case .code: "code"
            case .message: "msg"
            case .event: "event"
            case .eventType: "e"
            }
        }
    }
}
