package import Markets
import Synchronization

/// Trades of one market in the order of their time, none missing since some moment.
package struct HeardTrades: Hashable, Sendable {
    package struct Trade: Hashable, Sendable {
        package let price: Price
        package let time: MarketTime

        package init(price: Price, time: MarketTime) {
            self.price = price
            self.time = time
        }
    }

    /// From then on everything was heard; nil before the first trade.
    package let since: MarketTime?
    package let trades: [Trade]
    /// How many had been taken down when this was read.
    package let taken: Int

    package init(since: MarketTime?, trades: [Trade], taken: Int = 0) {
        self.since = since
        self.trades = trades
        self.taken = taken
    }
}

/// The last minutes of trades on the markets that signals are raised on, and an ear for prices at which something happens.
///
/// What a connection missed is in no trade: when one is lost, a market begins anew, and until its candle has come nothing
/// is decided by trades.
package final class SignalTape: Sendable {
    /// Minute candles come a few seconds after their end; what is older than this they have told.
    static let keptMilliseconds: Int64 = 300_000
    /// Of one market; beyond it the older half is dropped, as if it had not been heard.
    static let mostTrades = 20_000

    /// A market with the prices between which nothing happens to any signal.
    package struct Watch: Hashable, Sendable {
        package let venue: Venue
        package let symbol: Symbol
        package let above: Price
        package let below: Price
        /// Trades that were looked at already: ``HeardTrades/taken``.
        package let looked: Int

        package init(venue: Venue, symbol: Symbol, above: Price, below: Price, looked: Int) {
            self.venue = venue
            self.symbol = symbol
            self.above = above
            self.below = below
            self.looked = looked
        }

        fileprivate func isLeft(by price: Price) -> Bool { price <= above || below <= price }
    }

    private struct Market: Hashable {
        let venue: Venue
        let symbol: Symbol
    }

    fileprivate struct Track {
        var since: MarketTime?
        var trades: [HeardTrades.Trade] = []
        var taken = 0
        var watches: [Watch] = []
    }

    private struct State {
        var tracks: [Market: Track]
        /// Venues whose connections all stand, with how often one was made anew.
        var steady: [Venue: Int] = [:]
        var isTouched = false
    }

    private let state: Mutex<State>

    package init(_ symbols: [Symbol], on venues: [Venue]) {
        let markets = venues.flatMap { venue in symbols.map { Market(venue: venue, symbol: $0) } }
        state = Mutex(State(tracks: Dictionary(markets.map { ($0, Track()) }) { first, _ in first }))
    }

    // MARK: Hearing

    /// Takes what the feed believes; called on the venues' event loops.
    @Sendable package func take(_ events: [MarketEvent]) {
        state.withLock { state in
            for event in events {
                guard case .trade(let trade) = event.payload, trade.symbol.isPerpetual,
                    state.steady[event.venue] != nil
                else { continue }
                let market = Market(venue: event.venue, symbol: trade.symbol)
                guard state.tracks[market]?.take(trade.price, at: event.time) == true else { continue }
                state.isTouched = true
            }
        }
    }

    /// Takes how well a venue is heard; what was heard before a connection was lost is not followed by what comes.
    @Sendable package func report(_ venue: Venue, _ status: VenueStatus) {
        state.withLock { state in
            let before = state.steady[venue]
            state.steady[venue] = status.state == .live ? status.reconnects : nil
            guard before == nil || state.steady[venue] != before else { return }
            for market in state.tracks.keys where market.venue == venue { state.tracks[market]?.begin() }
        }
    }

    // MARK: Reading

    package func heard(_ symbol: Symbol, on venue: Venue) -> HeardTrades {
        state.withLock { state in
            let track = state.tracks[Market(venue: venue, symbol: symbol)] ?? Track()
            return HeardTrades(since: track.since, trades: track.trades, taken: track.taken)
        }
    }

    /// Says at which prices to be called, in the place of what was said before.
    package func watch(_ watches: [Watch]) {
        state.withLock { state in
            state.isTouched = false
            for market in state.tracks.keys { state.tracks[market]?.watches = [] }
            for watch in watches {
                let market = Market(venue: watch.venue, symbol: watch.symbol)
                state.tracks[market]?.watches.append(watch)
                // What came while the signals were looked at.
                if state.tracks[market]?.hasLeft(watch) == true { state.isTouched = true }
            }
        }
    }

    /// Whether a price was traded that somebody waits for, since the prices were said last.
    package var isTouched: Bool { state.withLock { $0.isTouched } }
}

extension SignalTape.Track {
    /// Whether the price is one that is waited for.
    fileprivate mutating func take(_ price: Price, at time: MarketTime) -> Bool {
        guard let since else {
            // Others of the same millisecond may have been missed.
            since = time.adding(milliseconds: 1)
            return false
        }
        guard time >= since else { return false }
        if let last = trades.last, last.price == price, last.time <= time, Self.isOneMinute(last.time, time) {
            return false
        }
        var place = trades.endIndex
        while place > 0, trades[place - 1].time > time { place -= 1 }
        trades.insert(HeardTrades.Trade(price: price, time: time), at: place)
        taken += 1
        trim()
        return watches.contains { $0.isLeft(by: price) }
    }

    /// A price said again says nothing new, but at the beginning of a minute, where somebody may begin to listen.
    private static func isOneMinute(_ first: MarketTime, _ second: MarketTime) -> Bool {
        CandleInterval.oneMinute.openTime(of: first) == CandleInterval.oneMinute.openTime(of: second)
    }

    private mutating func trim() {
        guard let first = trades.first, let last = trades.last else { return }
        let isLong = last.time.since(first.time) >= 2 * SignalTape.keptMilliseconds
        guard isLong || trades.count >= SignalTape.mostTrades else { return }
        let start = last.time.adding(milliseconds: -SignalTape.keptMilliseconds)
        let old = trades.firstIndex { $0.time >= start } ?? 0
        trades.removeFirst(max(old, trades.count >= SignalTape.mostTrades ? trades.count / 2 : 0))
        // Whatever has the first one's time may be among those that are gone.
        since = trades.first?.time.adding(milliseconds: 1)
    }

    fileprivate mutating func begin() {
        since = nil
        trades = []
    }

    fileprivate func hasLeft(_ watch: SignalTape.Watch) -> Bool {
        trades.suffix(max(0, min(taken - watch.looked, trades.count))).contains { watch.isLeft(by: $0.price) }
    }
}
