/// The numbers of a market's last trades, where the venue does not count them one by one: enough to know a trade that is
/// sent twice, as venues do after a reconnect.
struct RecentTradeIDs: Sendable {
    private static let remembered = 256

    private var ring: [Int64] = []
    private var next = 0
    private var known: Set<Int64> = []

    mutating func insert(_ id: Int64) -> TradeSequence.Verdict {
        guard known.insert(id).inserted else { return .duplicate }
        if ring.count < Self.remembered {
            ring.append(id)
        } else {
            known.remove(ring[next])
            ring[next] = id
            next = (next + 1) % Self.remembered
        }
        return .new
    }
}
