import Foundation

/// One control message of a client: `{"method":"SUBSCRIBE","params":["btcusdt@trade"],"id":1}`.
struct BinanceRequest: Hashable, Sendable {
    enum Method: String, Hashable, Sendable {
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
        var json: JSONText {
            var json = JSONText()
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
        let message: Message
        do {
            message = try JSONDecoder().decode(Message.self, from: Data(payload))
        } catch DecodingError.typeMismatch {
            throw Refusal(code: 2, message: "Invalid request: expected an object", id: "null")
        } catch {
            throw Refusal(code: 3, message: "Invalid JSON: expected value at line 1 column 1", id: "null")
        }
        id = try Self.id(message.id)
        if let unknown = message.unknown {
            throw Refusal(code: 0, message: "Unknown property: \(Self.printable(unknown))", id: id)
        }
        guard let name = message.method else {
            throw Refusal(code: 2, message: "Invalid request: missing field `method`", id: id)
        }
        guard let method = Method(rawValue: name) else {
            throw Refusal(code: 2, message: "Invalid request: unknown variant `\(Self.printable(name))`", id: id)
        }
        self.method = method
        streams = message.params ?? []
        guard method == .listSubscriptions || message.params != nil else {
            throw Refusal(code: 2, message: "Invalid request: property `params` must be an array of strings", id: id)
        }
    }

    private static func id(_ id: Message.ID) throws(Refusal) -> String {
        switch id {
        case .none: return "null"
        case .number(let number): return String(number)
        case .text(let text) where text.utf8.count <= mostIDBytes && text == printable(text): return "\"\(text)\""
        case .text, .other:
            throw Refusal(code: 2, message: "Invalid request: request ID must be an unsigned integer", id: "null")
        }
    }

    /// The client's text goes back inside a JSON string, so only harmless characters of it do.
    private static func printable(_ text: String) -> String {
        String(text.filter { $0.isASCII && ($0.isLetter || $0.isNumber || "_-. @!".contains($0)) }.prefix(40))
    }
}

/// A control message as it came; what has the wrong type is nil.
private struct Message: Decodable {
    enum ID {
        case none
        case number(UInt64)
        case text(String)
        case other
    }

    private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }

        init(_ name: String) { stringValue = name }
        init?(stringValue: String) { self.init(stringValue) }
        init?(intValue: Int) { nil }
    }

    var method: String?
    var params: [String]?
    var id: ID
    /// A property that does not belong here.
    var unknown: String?

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        method = try? fields.decode(String.self, forKey: Key("method"))
        params = try? fields.decode([String].self, forKey: Key("params"))
        unknown = fields.allKeys.map(\.stringValue).filter { !["method", "params", "id"].contains($0) }.min()
        let key = Key("id")
        if !fields.contains(key) || (try? fields.decodeNil(forKey: key)) == true {
            id = .none
        } else if let number = try? fields.decode(UInt64.self, forKey: key) {
            id = .number(number)
        } else if let text = try? fields.decode(String.self, forKey: key) {
            id = .text(text)
        } else {
            id = .other
        }
    }
}
