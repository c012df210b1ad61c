import Foundation
package import Liquidations
package import Markets
import Synchronization

/// The maps of the perpetuals whose margin rules are known, one for each venue, kept up with trades and open interest.
///
/// Venue connections hand it their events from their event loops and never wait. A step is a minute of trades with the
/// open interest at its end. Bounded: nine symbols of four venues.
package final class LiquidationMapKeeper: Sendable {
    /// The bases whose USDT perpetuals have a map.
    package static let bases = ["BTC", "ETH", "SOL", "BNB", "XRP", "ADA", "DOGE", "LINK", "LTC"]
    /// Half a tenth of a percent.
    private static let resolution = 5e-4
    /// A quarter of a percent.
    private static let cellsPerLevel = 5
    /// Levels further away are not shown.
    private static let shownWithin = 0.25

    private struct Key: Hashable {
        let venue: Venue
        let symbol: Symbol
    }

    private let assumptions: MapAssumptions
    private let symbols: Set<Symbol>
    private let state: Mutex<[Key: MarketMap]>

    package init() {
        symbols = Set(Self.bases.compactMap { Symbol($0 + "USDT" + Symbol.perpetualSuffix) })
        // What a public study of leverage shares would be is not to be had: the map learns its own from this start.
        let assumed = MapAssumptions(
            leverages: [5, 10, 20, 25, 50, 100],
            shares: [0.15, 0.3, 0.25, 0.1, 0.12, 0.08],
            maintenanceRate: 0.005,
            counting: .bothSides
        )
        guard let assumed else { preconditionFailure("The assumptions are none") }
        assumptions = assumed
        state = Mutex([:])
    }

    /// Takes events that the board has found believable.
    package func ingest(_ events: [MarketEvent]) {
        guard events.contains(where: concerns) else { return }
        state.withLock { maps in
            for event in events where concerns(event) {
                let key = Key(venue: event.venue, symbol: event.symbol)
                maps[key, default: MarketMap(LiquidationMap(assumptions, resolution: Self.resolution))].take(event)
            }
        }
    }

    private func concerns(_ event: MarketEvent) -> Bool {
        switch event.payload {
        case .trade, .openInterest, .liquidation: event.symbol.isPerpetual && symbols.contains(event.symbol)
        case .ticker, .quote, .candle, .book, .funding: false
        }
    }

    /// The map of one venue, by default of the one that holds most of the open interest; nil where there is none yet.
    package func page(_ symbol: Symbol, among venues: [Venue]) -> LiquidationMapPage? {
        guard symbols.contains(symbol) else { return nil }
        let found = state.withLock { maps in
            venues.compactMap { venue in maps[Key(venue: venue, symbol: symbol)].map { (venue, $0) } }
        }
        guard let (venue, market) = found.max(by: { $0.1.map.openInterest < $1.1.map.openInterest }),
            let price = market.map.price, let since = market.since, market.map.openInterest > 0
        else { return nil }
        let standing = market.score.standing
        let levels = standing.isMuted ? [] : market.map.levels(cellsPerLevel: Self.cellsPerLevel)
        return LiquidationMapPage(
            venue: venue,
            assumptions: market.map.assumptions,
            shares: market.map.shares,
            price: price,
            openInterest: market.map.openInterest,
            since: since,
            steps: market.map.steps,
            levels: levels.filter { market.stands($0) && ($0.price / price - 1).magnitude < Self.shownWithin },
            standing: standing
        )
    }
}

/// The map in the answer of `GET /market/liquidations/:symbol`.
package struct LiquidationMapPage: Hashable, Sendable {
    package var venue: Venue
    package var assumptions: MapAssumptions
    /// As learnt so far.
    package var shares: [Double]
    package var price: Double
    /// Base asset.
    package var openInterest: Double
    package var since: MarketTime
    package var steps: Int
    /// Base asset; none where the map is muted.
    package var levels: [LiquidationMap.Level]
    package var standing: MapScore.Standing
}

/// The map of one market, and the minute that is running.
private struct MarketMap: Sendable {
    private struct RunningMinute: Sendable {
        var minute: Int64
        var low: Double
        var high: Double
        var close: Double
        var volume = 0.0
        var buys = 0.0
    }

    private(set) var map: LiquidationMap
    private(set) var score = MapScore()
    private(set) var since: MarketTime?
    private var running: RunningMinute?
    private var openInterest: Double?

    init(_ map: LiquidationMap) { self.map = map }

    mutating func take(_ event: MarketEvent) {
        switch event.payload {
        case .openInterest(let interest): openInterest = interest.quantity.value.double
        case .trade(let trade):
            let price = trade.price.value.double
            let quantity = trade.quantity.value.double
            let minute = LiquidationTape.minute(of: event.time)
            if let running, running.minute < minute { finish(running, at: event.time) }
            var current = running ?? RunningMinute(minute: minute, low: price, high: price, close: price)
            current.low = min(current.low, price)
            current.high = max(current.high, price)
            current.close = price
            current.volume += quantity
            if trade.takerSide == .buy { current.buys += quantity }
            running = current
        case .liquidation(let one):
            if let notional = one.notional { score.see(liquidated: notional.value.double, at: one.price.value.double) }
        case .ticker, .quote, .candle, .book, .funding: break
        }
    }

    private mutating func finish(_ minute: RunningMinute, at time: MarketTime) {
        running = nil
        guard let openInterest else { return }
        map.take(
            MarketStep(
                low: minute.low,
                high: minute.high,
                close: minute.close,
                volume: minute.volume,
                takerBuyVolume: minute.buys,
                openInterest: openInterest
            )
        )
        since = since ?? time
        score.see(low: minute.low, high: minute.high)
        if score.isIdle { score.begin(map.levels(), at: minute.close) }
    }

    /// Whether the running minute has not crossed the level.
    func stands(_ level: LiquidationMap.Level) -> Bool {
        guard let running else { return true }
        return !(level.long > 0 && level.price >= running.low) && !(level.short > 0 && level.price <= running.high)
    }
}
