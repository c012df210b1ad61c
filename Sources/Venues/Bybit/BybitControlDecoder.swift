/// Replies to our requests.
///
/// ```json
/// {"success":true,"ret_msg":"","conn_id":"d9tcajmgcca9r5l6sugg-21srs","req_id":"","op":"subscribe"}
/// {"success":true,"ret_msg":"pong","conn_id":"d9tcajmgcca9r5l6sugg-21srs","req_id":"","op":"ping"}
/// {"success":false,"ret_msg":"error:handler not found,topic:liquidation.BTCUSDT",
///  "conn_id":"d9tc9dal53i9ketu7b50-20zox","req_id":"old","op":"subscribe"}
/// ```
/// `req_id` repeats ours. A refusal is of the whole request, for the one topic that its text names.
/// <https://bybit-exchange.github.io/docs/v5/ws/connect>
struct BybitControlDecoder: ~Copyable {
    private var fields = VenueFields<Field>()

    mutating func decode(_ object: VenueValue) throws(FrameRefusal) -> VenueMessage {
        fields.read(object)
        let operation = fields[.operation]
        guard operation.utf8 != nil else { throw FrameRefusal(.shapeUnknown) }
        // Public sockets repeat the operation, private ones answer with the other word.
        if operation.equals("ping") || operation.equals("pong") { return .pong }
        guard operation.equals("subscribe") || operation.equals("unsubscribe") else {
            throw FrameRefusal(.eventUnknown, field: Field.operation.key)
        }
        let request = fields[.requestID].utf8.flatMap { Int64(utf8: $0) }.map(RequestReference.id) ?? .oldest
        if try fields.flag(.success) { return .acknowledged(request) }
        let text = try fields.text(.message)
        return .refused(VenueRefusal(request, stream: Self.topic(in: text), code: 0, text: text))
    }

    /// The topic named after `topic:`; nil when the text names none.
    private static func topic(in text: String) -> String? {
        guard let start = text.firstRange(of: "topic:")?.upperBound else { return nil }
        let topic = text[start...].prefix { !$0.isWhitespace && $0 != "," && $0 != "]" }
        return topic.isEmpty ? nil : String(topic)
    }

    enum Field: Int, VenueFieldName {
        case success, message, requestID, operation

        var key: String {
            switch self {
            case .success: "success"
            case .message: "ret_msg"
            case .requestID: "req_id"
            case .operation: "op"
            }
        }
    }
}
