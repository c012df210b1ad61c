import Foundation

/// One control message of a client: `{"method":"SUBSCRIBE","params":["btcusdt@trade"],"id":1}`.
struct BinanceRequest: Hashable, Sendable {
    enum Method: String, CaseIterable, Hashable, Sendable {
        case subscribe = "SUBSCRIBE"
        case unsubscribe = "UNSUBSCRIBE"
        case listSubscriptions = "LIST_SUBSCRIPTIONS"
    }

    /// Why a message was refused, and the id to answer under, as JSON.
    struct Refusal: Error, Hashable, Sendable {
        var code: Int
        var message: String
        var id: String

        /// The answer: `{"error":{"code":2,"msg":"…"},"id":2}`.
        var json: BinanceJSON {
            var json = BinanceJSON()
            json.raw(#"{"error":{"code":"#)
            json.integer(code)
            json.raw(#","msg":""#)
            json.raw(message)
            json.raw(#""},"id":"#)
            json.raw(id)
            json.raw("}")
            return json
        }
    }

    static let mostIDBytes = 36

    var method: Method
    var streams: [String]
    /// As JSON: a whole number, a string of at most 36 bytes, or null.
    var id: String

    init(_ payload: [UInt8]) throws(Refusal) {
        guard let object = try? JSONSerialization.jsonObject(with: Data(payload), options: .fragmentsAllowed) else {
            throw Refusal(code: 3, message: "Invalid JSON: expected value at line 1 column 1", id: "null")
        }
        guard let fields = object as? [String: Any] else {
            throw Refusal(code: 2, message: "Invalid request: expected an object", id: "null")
        }
        let id = try Self.id(fields["id"])
        if let unknown = fields.keys.first(where: { !["method", "params", "id"].contains($0) }) {
            throw Refusal(code: 0, message: "Unknown property: \(Self.printable(unknown))", id: id)
        }
        guard let name = fields["method"] as? String else {
            throw Refusal(code: 2, message: "Invalid request: missing field `method`", id: id)
        }
        guard let method = Method(rawValue: name) else {
            throw Refusal(code: 2, message: "Invalid request: unknown variant `\(Self.printable(name))`", id: id)
        }
        self.method = method
        self.id = id
        streams = []
        guard method != .listSubscriptions else { return }
        guard let streams = fields["params"] as? [String] else {
            throw Refusal(code: 2, message: "Invalid request: property `params` must be an array of strings", id: id)
        }
        self.streams = streams
    }

    private static func id(_ value: Any?) throws(Refusal) -> String {
        switch value {
        case nil, is NSNull: return "null"
        case let text as String where text.utf8.count <= mostIDBytes && text == printable(text):
            return "\"\(text)\""
        case let number as NSNumber:
            if let whole = Int64(number.stringValue), whole >= 0 { return String(whole) }
        default: break
        }
        throw Refusal(code: 2, message: "Invalid request: request ID must be an unsigned integer", id: "null")
    }

    /// The client's text goes back inside a JSON string, so only harmless characters of it do.
    private static func printable(_ text: String) -> String {
        String(text.filter { $0.isASCII && ($0.isLetter || $0.isNumber || "_-. @!".contains($0)) }.prefix(40))
    }
}
