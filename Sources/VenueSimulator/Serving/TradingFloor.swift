import Markets
import Synchronization

/// A served market as those see it who answer for it: REST and sockets.
protocol VenueFloor: Sendable {
    var directory: ListingDirectory { get }
    var hub: StreamHub { get }
    var time: MarketTime { get }

    func rows(of listings: [Int]) -> [MarketRow]
    func series(of listing: Int) -> any BarSeries
    func depth(of listing: Int) -> DepthSnapshot?
    func prints(of listing: Int, limit: Int) -> [Print]
    func perpetual(of listing: Int) -> (any PerpetualSeries)?
    /// Carries out what a client's message came to: its answers, then how things stand, then the stream.
    func carryOut(_ reply: SessionReply, for connection: StreamConnection)
}

/// The one owner of a served market: steps it, turns what happened into frames, and lets the REST side read it.
final class TradingFloor<Market: ServedMarket>: VenueFloor {
    private struct State {
        var market: Market
        var broadcast: Broadcast
    }

    let hub: StreamHub
    let directory: ListingDirectory
    private let state: Mutex<State>

    init(market: sending Market, broadcast: sending Broadcast, hub: StreamHub, recordedStreams: Set<String> = []) {
        self.hub = hub
        directory = ListingDirectory(market.listings, recordedStreams: recordedStreams)
        state = Mutex(State(market: market, broadcast: broadcast))
    }

    /// Moves the market and sends everyone what they listen to; quick, nothing waits for a socket.
    ///
    /// Frames are handed over under the lock: a subscriber who is told how things stand in between gets the changes
    /// from there on, none twice and none older.
    func step(_ move: (inout Market) throws -> [VenueEvent]) rethrows {
        try state.withLock { state in
            let events = try move(&state.market)
            hub.publish(state.broadcast.frames(for: events, in: &state.market, hub: hub))
        }
    }

    /// Sends the tickers and candles whose next turn has not come yet: the last word of a recording.
    func flush() {
        state.withLock { hub.publish($0.broadcast.flush(&$0.market, hub: hub)) }
    }

    var time: MarketTime { state.withLock { $0.market.time } }
    func rows(of listings: [Int]) -> [MarketRow] {
        state.withLock { state in listings.map { state.market.row(of: $0) } }
    }
    func series(of listing: Int) -> any BarSeries { state.withLock { $0.market.series(of: listing) } }
    func depth(of listing: Int) -> DepthSnapshot? { state.withLock { $0.market.depth(of: listing) } }
    func prints(of listing: Int, limit: Int) -> [Print] {
        state.withLock { $0.market.prints(of: listing, limit: limit) }
    }
    func perpetual(of listing: Int) -> (any PerpetualSeries)? { state.withLock { $0.market.perpetual(of: listing) } }

    func carryOut(_ reply: SessionReply, for connection: StreamConnection) {
        state.withLock { state in
            if !reply.unsubscribed.isEmpty { hub.unsubscribe(connection, from: reply.unsubscribed) }
            connection.send(reply.answers)
            for topic in reply.subscribed {
                if let frame = state.broadcast.greeting(topic, in: &state.market) { connection.send(frame) }
            }
            if !reply.subscribed.isEmpty { hub.subscribe(connection, to: reply.subscribed) }
        }
        if let closing = reply.closing { connection.close(code: closing.code, reason: closing.reason) }
    }
}
