import Markets

/// The order book of one simulated market: its quote, and behind it levels whose quantities are drawn from hashes.
///
/// Made only for markets whose depth somebody asks for. Changes are told against the state told last, so a reader that
/// applies them to a snapshot has the book level by level.
struct SimulatedBook: Sendable {
    /// Levels a side; a venue's own book is deeper, a screen's is not.
    static let levels = 200

    private(set) var snapshot: DepthSnapshot
    private var memory = SimulatedLevels()

    init(_ symbol: SimulatedSymbol, time: MarketTime) {
        snapshot = DepthSnapshot(updateID: 0, bids: [], asks: [])
        snapshot = draw(symbol, time: time)
    }

    /// Brings the book to the market's present; nil when nothing changed.
    mutating func refresh(_ symbol: SimulatedSymbol, time: MarketTime) -> DepthChange? {
        var fresh = draw(symbol, time: time)
        let bids = Self.difference(from: snapshot.bids, to: fresh.bids, isBid: true)
        let asks = Self.difference(from: snapshot.asks, to: fresh.asks, isBid: false)
        guard !bids.isEmpty || !asks.isEmpty else { return nil }
        // Waiting orders change without a trade too, so the number moves on at least by one.
        fresh.updateID = max(fresh.updateID, snapshot.updateID + 1)
        let change = DepthChange(updateIDs: snapshot.updateID + 1...fresh.updateID, bids: bids, asks: asks)
        snapshot = fresh
        return change
    }

    private mutating func draw(_ symbol: SimulatedSymbol, time: MarketTime) -> DepthSnapshot {
        let top = symbol.top
        let listing = symbol.listing
        if listing.state == .delisted { return DepthSnapshot(updateID: top.updateID, bids: [], asks: []) }
        let bid = Self.ticks(top.bid, listing)
        let ask = Self.ticks(top.ask, listing)
        // Levels stand a quarter of a basis point apart, at least a tick.
        let step = max(1, bid / 40_000)
        var bids = [Level(price: top.bid, quantity: top.bidQuantity)]
        var asks = [Level(price: top.ask, quantity: top.askQuantity)]
        bids.reserveCapacity(Self.levels)
        asks.reserveCapacity(Self.levels)
        for index in 1..<Int64(Self.levels) {
            let below = (bid - 1) / step - index + 1
            if below > 0, let level = level(symbol, at: below, step: step, time: time) { bids.append(level) }
            if let level = level(symbol, at: ask / step + index, step: step, time: time) { asks.append(level) }
        }
        return DepthSnapshot(updateID: top.updateID, bids: bids, asks: asks)
    }

    private mutating func level(
        _ symbol: SimulatedSymbol,
        at position: Int64,
        step: Int64,
        time: MarketTime
    ) -> Level? {
        let ticks = position * step
        let lots = memory.lots(at: position, ticks: ticks, of: symbol.market, time: time)
        guard lots > 0 else { return nil }
        return Level(price: symbol.listing.price(ticks: ticks), quantity: symbol.listing.quantity(lots: lots))
    }

    /// Levels that are new or different, and with quantity zero those that went; both lists are sorted best first.
    static func difference(from old: [Level], to new: [Level], isBid: Bool) -> [Level] {
        var output: [Level] = []
        var left = old[...]
        var right = new[...]
        while let was = left.first ?? right.first, let now = right.first ?? left.first {
            let isGone = right.isEmpty || (!left.isEmpty && (isBid ? was.price > now.price : was.price < now.price))
            if isGone {
                output.append(Level(price: was.price, quantity: .zero))
                left.removeFirst()
            } else {
                let isSame = !left.isEmpty && was.price == now.price
                if !isSame || was.quantity != now.quantity { output.append(now) }
                if isSame { left.removeFirst() }
                right.removeFirst()
            }
        }
        return output
    }

    private static func ticks(_ price: Price, _ listing: Listing) -> Int64 {
        Int64(clamping: price.value.units / listing.tickSize.value.units)
    }
}
