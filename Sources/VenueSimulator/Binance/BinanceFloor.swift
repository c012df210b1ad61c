import Markets
import Synchronization

/// The one owner of a served market: steps it, turns what happened into frames, and lets the REST side read it.
final class BinanceFloor<Market: ServedMarket>: Sendable {
    private struct State {
        var market: Market
        var broadcast: BinanceBroadcast
        /// Positions of markets by their names, as many of the listings as were seen.
        var positions: [String: Int] = [:]
    }

    let hub: StreamHub
    private let state: Mutex<State>
    private let weights = Mutex(RequestWeights())

    init(market: sending Market, hub: StreamHub, recordedStreams: Set<String> = []) {
        self.hub = hub
        let broadcast = BinanceBroadcast(recordedStreams: recordedStreams)
        state = Mutex(State(market: market, broadcast: broadcast))
    }

    /// Moves the market and sends everyone what they listen to; quick, nothing waits for a socket.
    func step(_ move: (inout Market) throws -> [VenueEvent]) rethrows {
        let frames = try state.withLock { state in
            let events = try move(&state.market)
            return state.broadcast.frames(for: events, in: &state.market, hub: hub)
        }
        hub.publish(frames)
    }

    /// Sends the tickers and candles whose next turn has not come yet: the last word of a recording.
    func flush() {
        hub.publish(state.withLock { $0.broadcast.flush(&$0.market, hub: hub) })
    }

    func read<Value: Sendable>(_ body: (inout Market) -> Value) -> Value {
        state.withLock { body(&$0.market) }
    }

    /// - Throws: -1121 for a name that is not listed.
    func index(of symbol: String) throws(BinanceError) -> Int {
        let index = state.withLock { state in
            for position in state.positions.count..<state.market.listings.count {
                state.positions[state.market.listings[position].symbol.text] = position
            }
            return state.positions[symbol]
        }
        guard let index else { throw .invalidSymbol }
        return index
    }

    func charge(_ weight: Int, to address: String, now: MarketTime) throws(BinanceError) -> Int {
        try weights.withLock { weights throws(BinanceError) in
            try weights.charge(weight, to: address, now: now)
        }
    }

    func usedWeight(by address: String, now: MarketTime) -> Int {
        weights.withLock { $0.used(by: address, now: now) }
    }
}
