/// Replies to our requests, which name neither their number nor their contract.
///
/// ```json
/// {"channel":"rs.sub.depth","data":"success","ts":1789498321789}
/// {"channel":"rs.error","data":"Contract [NOPE_USDT] not exists","ts":1789498321790}
/// ```
/// A grant belongs to the oldest request of its method, an error to the oldest one about the contract that it names. A
/// method that the venue does not know is not answered at all.
/// <https://mexcdevelop.github.io/apidocs/contract_v1_en/#public-channels>
enum MEXCFuturesReply {
    /// Reads `rs.sub.*` and `rs.unsub.*`.
    static func granted(_ channel: String, _ data: VenueValue) -> VenueMessage {
        // rs.sub.deal and rs.unsub.deal answer streams of which the name begins with sub.deal and a colon.
        let isLeaving = channel.hasPrefix("rs.unsub.")
        let method = "sub." + channel.dropFirst(isLeaving ? 9 : 7) + ":"
        let request = RequestReference.oldest(containing: method)
        if data.equals("success") { return .acknowledged(request) }
        return .refused(VenueRefusal(request, code: 0, text: data.text ?? ""))
    }

    static func refused(_ data: VenueValue) -> VenueMessage {
        let text = data.text ?? ""
        return .refused(VenueRefusal(contract(in: text) ?? .oldest, code: 0, text: text))
    }

    private static func contract(in text: String) -> RequestReference? {
        guard let start = text.firstIndex(of: "["), let end = text.firstIndex(of: "]"), start < end else { return nil }
        return .oldest(containing: ":" + text[text.index(after: start)..<end])
    }
}
