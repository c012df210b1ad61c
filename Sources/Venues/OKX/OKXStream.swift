/// One subscription: a channel, and an instrument or, on all-market channels, a kind of instrument.
struct OKXStream: Hashable {
    let channel: String
    /// `BTC-USDT`, or `SWAP`.
    let subject: String

    /// `tickers:BTC-USDT`.
    var name: String { channel + ":" + subject }

    /// As in a request: `{"channel":"tickers","instId":"BTC-USDT"}`; both words hold only letters, digits, hyphens and
    /// underscores.
    static func argument(_ name: String) -> String {
        let parts = name.split(separator: ":", maxSplits: 1)
        let (channel, subject) = (parts.first ?? "", parts.last ?? "")
        let key = channel == liquidations ? "instType" : "instId"
        return #"{"channel":"\#(channel)","\#(key)":"\#(subject)"}"#
    }

    /// The channel that covers all instruments of a kind.
    static let liquidations = "liquidation-orders"
}
