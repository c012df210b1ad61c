package import Accounts
package import Markets

/// Who is shown a signal: it follows from its symbol alone.
///
/// So nobody is shown a buy where others are shown a sell, and no tier gets the better half: the same symbol has the same
/// tier whatever the direction, the strategy and the confidence. `free` sees Bitcoin and Ether, `pro` three more of the
/// most traded, `premium` all others.
package enum MinTierRule {
    private static let free: Set<String> = ["BTC", "ETH"]
    private static let pro: Set<String> = ["SOL", "BNB", "XRP"]
    /// Longest first, since one may end as another does.
    private static let quotes = ["FDUSD", "USDT", "USDC", "TUSD", "USD", "EUR", "BTC"]

    package static func minTier(of symbol: Symbol) -> Tier {
        let market = symbol.isPerpetual ? symbol.text.dropLast(Symbol.perpetualSuffix.count) : Substring(symbol.text)
        let base = quotes.first { market.hasSuffix($0) && market.count > $0.count }.map { market.dropLast($0.count) }
        let name = String(base ?? market)
        if free.contains(name) { return .free }
        return pro.contains(name) ? .pro : .premium
    }
}
