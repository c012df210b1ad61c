/// Which way a signal goes.
package enum SignalDirection: String, CaseIterable, Hashable, Sendable {
    case buy, sell

    /// 1 for a buy, −1 for a sell: what a price change is multiplied with to be a gain.
    package var sign: Double { self == .buy ? 1 : -1 }
}
