/// Replies to our requests: JSON text among the binary frames of the same socket.
///
/// ```json
/// {"id":0,"code":0,"msg":"spot@public.aggre.bookTicker.v3.api.pb@10ms@BTCUSDT"}
/// {"id":0,"code":0,"msg":"PONG"}
/// {"id":0,"code":0,"msg":"Not Subscribed successfully! [spot@public.miniTicker.v3.api@BTCUSDT@UTC+0].  Reason： Blocked! "}
/// ```
/// A stream that is granted is named; one that is not comes with code 0 as well.
/// <https://mexcdevelop.github.io/apidocs/spot_v3_en/#live-subscription-unsubscription-to-data-streams>
struct MEXCSpotControlDecoder: ~Copyable {
    private var json = VenueParser(maximumBytes: 64 << 10, maximumDepth: 8)
    private var fields = VenueFields<Field>()

    mutating func decode(_ message: UnsafeRawBufferPointer) throws(FrameRefusal) -> VenueMessage {
        let root: VenueValue
        do { root = try json.parse(message) } catch { throw FrameRefusal(fault: error) }
        fields.read(root)
        guard !fields[.text].isAbsent, !fields[.code].isAbsent else { throw FrameRefusal(.shapeUnknown) }
        let code = try fields.integer(.code)
        let text = try fields.text(.text)
        if text == "PONG" { return .pong }
        if text.hasPrefix("Not Subscribed") {
            let stream = Self.named(in: text)
            return .refused(
                VenueRefusal(stream.map { .stream($0) } ?? .oldest, stream: stream, code: code, text: text)
            )
        }
        guard code == 0 else { return .refused(VenueRefusal(.oldest, code: code, text: text)) }
        guard text.hasPrefix("spot@") else { throw FrameRefusal(.eventUnknown, field: Field.text.key) }
        return .acknowledged(.stream(text))
    }

    /// The first stream between the brackets.
    private static func named(in text: String) -> String? {
        guard let start = text.firstIndex(of: "["), let end = text.firstIndex(of: "]"), start < end else { return nil }
        let name = text[text.index(after: start)..<end].prefix { $0 != "," }
        return name.isEmpty ? nil : String(name)
    }

    enum Field: Int, VenueFieldName {
        case code, text

        var key: String {
            switch self {
            case .code: "code"
            case .text: "msg"
            }
        }
    }
}
