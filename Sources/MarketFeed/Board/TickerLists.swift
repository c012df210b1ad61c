import Markets

/// The finished ticker lists, one per filter, each with the version and the time it was built at.
struct TickerLists: Sendable {
    private struct Entry {
        let body: TickersBody
        let builtAt: MarketTime
    }

    let limits: BoardLimits
    private var lists: [TickerFilter: Entry] = [:]

    init(limits: BoardLimits) {
        self.limits = limits
    }

    /// A list that is still good: nothing has changed since, or it is younger than a reader would notice.
    func body(for filter: TickerFilter, version: UInt64, now: MarketTime) -> TickersBody? {
        guard let entry = lists[filter] else { return nil }
        let age = now.since(entry.builtAt)
        guard entry.body.version == version || (0..<limits.listHoldMilliseconds).contains(age) else { return nil }
        return entry.body
    }

    mutating func keep(_ body: TickersBody, for filter: TickerFilter, builtAt: MarketTime) {
        if lists[filter] == nil, lists.count >= limits.cachedLists,
            let oldest = lists.min(by: { $0.value.builtAt < $1.value.builtAt })?.key
        {
            lists[oldest] = nil
        }
        lists[filter] = Entry(body: body, builtAt: builtAt)
    }

    static func body(of items: [[UInt8]], asOf: MarketTime) -> [UInt8] {
        var json: [UInt8] = []
        json.reserveCapacity(items.reduce(64) { $0 + $1.count + 1 })
        json.appendJSON("{\"items\":[")
        for (index, item) in items.enumerated() {
            if index > 0 { json.append(UInt8(ascii: ",")) }
            json.append(contentsOf: item)
        }
        json.appendJSON("],\"asOf\":")
        json.appendJSON(instant: asOf)
        json.append(UInt8(ascii: "}"))
        return json
    }
}
