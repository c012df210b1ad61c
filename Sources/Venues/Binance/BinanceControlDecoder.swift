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
    private var fields = VenueFields<Field>()
    private var nested = VenueFields<Field>()

    mutating func decode(_ object: VenueValue) throws(FrameRefusal) -> VenueMessage {
        fields.read(object)
        if fields[.event].isObject {
            nested.read(fields[.event])
            guard nested[.eventType].equals("serverShutdown") else { throw FrameRefusal(.eventUnknown) }
            return .closing
        }
        let id = fields[.id].integer
        // A request that the venue could not read comes back without its number.
        let request = id.map { RequestReference.id($0) } ?? .oldest
        if fields[.error].isObject {
            nested.read(fields[.error])
            let (code, text) = (try nested.integer(.code), try nested.text(.message))
            return .refused(VenueRefusal(request, code: code, text: text))
        }
        if let code = fields[.code].integer {
            return .refused(VenueRefusal(request, code: code, text: try fields.text(.message)))
        }
        guard !fields[.result].isAbsent, id != nil else { throw FrameRefusal(.shapeUnknown) }
        return .acknowledged(request)
    }

    enum Field: Int, VenueFieldName {
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
