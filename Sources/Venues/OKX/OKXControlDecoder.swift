/// Replies to our requests, one for each stream of them, and the venue's notices.
///
/// ```json
/// {"event":"subscribe","arg":{"channel":"tickers","instId":"BTC-USDT"},"connId":"76defc81"}
/// {"event":"error","msg":"Subscribe failed, wrong URL or channel:candle1m,instId:BTC-USDT doesn't exist. …",
///  "code":"60018","connId":"e1f69f02"}
/// {"event":"notice","code":"64008","msg":"The connection will soon be closed for a service upgrade. Please reconnect.",
///  "connId":"a4d3ae55"}
/// ```
/// A refusal names its stream only in the text. The answer to a ping is the text `pong` and no JSON.
/// <https://www.okx.com/docs-v5/en/#overview-websocket>
struct OKXControlDecoder: ~Copyable {
    /// About a minute before the venue closes connections for an upgrade.
    private static let serviceUpgrade: Int64 = 64008

    private var fields = VenueFields<Field>()
    private var argument = VenueFields<Argument>()

    mutating func decode(_ object: VenueValue) throws(FrameRefusal) -> VenueMessage {
        fields.read(object)
        let event = fields[.event]
        if event.equals("subscribe") || event.equals("unsubscribe") {
            argument.read(fields[.argument])
            return .acknowledged(.stream(try stream()))
        }
        if event.equals("error") {
            let text = try fields.text(.message)
            let request = Self.stream(in: text).map(RequestReference.stream) ?? .oldest
            return .refused(VenueRefusal(request, code: try fields.integerText(.code), text: text))
        }
        if event.equals("notice") {
            return try fields.integerText(.code) == Self.serviceUpgrade ? .closing : .ignored
        }
        // How many connections carry a channel; told of private ones.
        if event.equals("channel-conn-count") { return .ignored }
        guard event.utf8 != nil else { throw FrameRefusal(.shapeUnknown) }
        throw FrameRefusal(.eventUnknown, field: Field.event.key)
    }

    private func stream() throws(FrameRefusal) -> String {
        let channel = try argument.text(.channel)
        let subject = argument[.instrument].isAbsent ? try argument.text(.kind) : try argument.text(.instrument)
        return OKXStream(channel: channel, subject: subject).name
    }

    /// The stream that a text names as `channel:…,instId:…`; nil when it names none.
    private static func stream(in text: String) -> String? {
        guard let channel = value(of: "channel:", in: text) else { return nil }
        guard let subject = value(of: "instId:", in: text) ?? value(of: "instType:", in: text) else { return nil }
        return OKXStream(channel: channel, subject: subject).name
    }

    private static func value(of key: String, in text: String) -> String? {
        guard let start = text.firstRange(of: key)?.upperBound else { return nil }
        let value = text[start...].prefix { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
        return value.isEmpty ? nil : String(value)
    }

    enum Field: Int, VenueFieldName {
        case event, argument, code, message

        var key: String {
            switch self {
            case .event: "event"
            case .argument: "arg"
            case .code: "code"
            case .message: "msg"
            }
        }
    }

    enum Argument: Int, VenueFieldName {
        case channel, instrument, kind

        var key: String {
            switch self {
            case .channel: "channel"
            case .instrument: "instId"
            case .kind: "instType"
            }
        }
    }
}
