import Markets

/// What waits at each price of one simulated market: drawn from hashes, and remembered until it is drawn anew.
///
/// A level is redrawn every few seconds to a minute, each in its own rhythm; one in eight stands empty.
struct SimulatedLevels: Sendable {
    private struct Cell: Sendable {
        var ticks: Int64 = -1
        var period: Int64 = 1
        var slot: Int64 = -1
        /// 0 for an empty level.
        var lots: Int64 = 0
    }

    /// More than the levels of both sides, so that neighbours never share a cell.
    private static let count = 1024
    private var cells = [Cell](repeating: Cell(), count: SimulatedLevels.count)

    /// Lots at a price; `position` is the level's number on the grid of levels.
    mutating func lots(at position: Int64, ticks: Int64, of market: SimulatedListing, time: MarketTime) -> Int64 {
        let index = Int(position & Int64(Self.count - 1))
        var cell = cells[index]
        if cell.ticks != ticks {
            var place = SeededRandom(market.key, UInt64(bitPattern: ticks), 6)
            cell = Cell(ticks: ticks, period: 2000 + Int64(place.next() % 60_000))
        }
        let slot = time.milliseconds / cell.period
        if cell.slot != slot {
            cell.slot = slot
            var random = SeededRandom(market.key, UInt64(bitPattern: ticks), UInt64(bitPattern: slot))
            cell.lots = random.unit() > 0.125 ? max(1, Int64(market.lotsPerTrade * 8 * random.spread(1.2))) : 0
        }
        cells[index] = cell
        return cell.lots
    }
}
