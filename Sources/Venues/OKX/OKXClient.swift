package import AsyncHTTPClient
package import Markets
import NIOCore
import Synchronization

/// OKX's market data over REST.
///
/// Documentation: <https://www.okx.com/docs-v5/en/#overview-rest-authentication>.
package final class OKXClient: Sendable {
    /// The venue's own cap of one answer about candles.
    package static let maximumCandles = 300
    /// The longest answers are those about every market: some 1 MB of instruments.
    static let maximumBodyBytes = 16 << 20
    static let maximumSmallBodyBytes = 1 << 20

    private let requester: VenueRequester
    private let clock: VenueClock
    private let timeout: TimeAmount
    /// What the last listing of a kind named, so that an answer about all its markets can be read.
    private let markets = Mutex<[OKXKind: MarketTable]>([:])

    /// - Parameters:
    ///   - endpoints: where to ask.
    ///   - budget: shared by all clients of this venue in the process.
    ///   - http: one that neither follows redirects nor retries in silence.
    ///   - clock: the budget's.
    ///   - timeoutSeconds: for a small answer; one about every market gets three times as long.
    package init(
        endpoints: VenueEndpoints,
        budget: RequestBudget = RequestBudget(.okx),
        http: HTTPClient = .venues,
        clock: VenueClock = .system,
        timeoutSeconds: Double = 10
    ) {
        requester = VenueRequester(baseURL: endpoints.rest, budget: budget, http: http)
        self.clock = clock
        timeout = .milliseconds(Int64(timeoutSeconds * 1000))
    }

    /// Every market of the kind that the venue lists, halted ones included: of swaps the linear ones.
    ///
    /// A row that our vocabulary has no room for is left out; an answer without one good row is an error.
    package func instruments(_ kind: OKXKind) async throws(VenueRequestError) -> [Instrument] {
        let path = "/api/v5/public/instruments?instType=\(kind.rawValue)"
        let listing = try await ask(path, isAboutAll: true) { (answer) throws(FrameRefusal) in
            try OKXListing(answer, kind)
        }
        let instruments = listing.instruments.oneForEachSymbol()
        markets.withLock { $0[kind] = MarketTable(instruments) }
        return instruments
    }

    /// The last 24 hours of every market listed: a ticker and a quote each.
    package func dayTickers(_ kind: OKXKind) async throws(VenueRequestError) -> [MarketEvent] {
        let path = "/api/v5/market/tickers?instType=\(kind.rawValue)"
        return try await ask(path, of: kind) {
            (answer, markets, receivedTime) throws(FrameRefusal) in
            var decoder = OKXTickerDecoder()
            return try OKXRows.events(answer, markets: markets, receivedTime: receivedTime) {
                (row, frame, events) throws(FrameRefusal) in
                try decoder.decode(row, frame: frame, into: &events)
            }
        }
    }

    /// What is open of every swap listed.
    package func openInterest() async throws(VenueRequestError) -> [MarketEvent] {
        try await ask("/api/v5/public/open-interest?instType=SWAP", of: .swap) {
            (answer, markets, receivedTime) throws(FrameRefusal) in
            var decoder = OKXOpenInterestDecoder()
            return try OKXRows.events(answer, markets: markets, receivedTime: receivedTime) {
                (row, frame, events) throws(FrameRefusal) in
                try decoder.decode(row, frame: frame, into: &events)
            }
        }
    }

    /// The rate that a swap's holders pay next, and when.
    package func funding(of instrument: Instrument) async throws(VenueRequestError) -> [MarketEvent] {
        let path = "/api/v5/public/funding-rate?instId=\(instrument.venueSymbol.queryEscaped)"
        let table = MarketTable([instrument])
        return try await ask(path) { [clock] (answer) throws(FrameRefusal) in
            var decoder = OKXFundingDecoder()
            return try OKXRows.events(answer, markets: table, receivedTime: clock.now()) {
                (row, frame, events) throws(FrameRefusal) in
                try decoder.decodeRate(row, frame: frame, into: &events)
            }
        }
    }

    /// The rates that a swap's holders paid last, 100 at most, oldest first; the time of each is when it was paid.
    package func fundingHistory(
        of instrument: Instrument,
        limit: Int = 100
    ) async throws(VenueRequestError) -> [MarketEvent] {
        let path = "/api/v5/public/funding-rate-history?instId=\(instrument.venueSymbol.queryEscaped)"
        let table = MarketTable([instrument])
        return try await ask(path + "&limit=\(min(max(limit, 1), 100))") { [clock] (answer) throws(FrameRefusal) in
            var decoder = OKXFundingDecoder()
            let events = try OKXRows.events(answer, markets: table, receivedTime: clock.now()) {
                (row, frame, events) throws(FrameRefusal) in
                try decoder.decodePaid(row, frame: frame, into: &events)
            }
            return events.reversed()
        }
    }

    /// Candles whose open time lies in `from...to`, oldest first; the last one may still be open.
    ///
    /// At most `limit` of them and never more than ``maximumCandles``: of a longer range the oldest, and without `from`
    /// the newest.
    package func candles(
        of instrument: Instrument,
        interval: CandleInterval,
        from: MarketTime? = nil,
        to: MarketTime? = nil,
        limit: Int = OKXClient.maximumCandles
    ) async throws(VenueRequestError) -> [Candle] {
        let limit = min(max(limit, 1), Self.maximumCandles)
        // The newest 1,440 are with the one, older ones with the other.
        let endpoint = from == nil && to == nil ? "candles" : "history-candles"
        var path = "/api/v5/market/\(endpoint)?instId=\(instrument.venueSymbol.queryEscaped)"
        path += "&bar=\(interval.okx)&limit=\(limit)"
        // Both bounds are exclusive, and the names are those of paging backwards: after is older, before is newer.
        if let from { path += "&before=\(from.adding(milliseconds: -1).milliseconds)" }
        // The venue gives the newest of a range: shortened to so many candles, it is the oldest.
        let end = [to, from.map { interval.lastOpenTime(from: $0, limit: limit) }].compactMap(\.self).min()
        if let end { path += "&after=\(end.adding(milliseconds: 1).milliseconds)" }
        return try await ask(path) { (answer) throws(FrameRefusal) in
            try OKXCandles(answer, of: Market(index: 0, instrument), interval: interval).candles
        }
    }

    /// The best levels of a market's book, 400 at most.
    package func book(of instrument: Instrument, levels: Int = 400) async throws(VenueRequestError) -> BookFrame {
        let path = "/api/v5/market/books?instId=\(instrument.venueSymbol.queryEscaped)&sz=\(min(max(levels, 1), 400))"
        return try await ask(path) { [clock] (answer) throws(FrameRefusal) in
            var row = VenueRow(count: 1)
            guard row.read(answer.rows) else { throw FrameRefusal(.shapeUnknown, field: "data") }
            var decoder = OKXBookDecoder()
            let frame = OKXFrame(market: Market(index: 0, instrument), name: nil, receivedTime: clock.now())
            return try decoder.decode(row[0], kind: .snapshot, frame: frame)
        }
    }

    /// The last trades of a market, 500 at most, oldest first.
    package func trades(of instrument: Instrument, limit: Int = 500) async throws(VenueRequestError) -> [MarketEvent] {
        let path =
            "/api/v5/market/trades?instId=\(instrument.venueSymbol.queryEscaped)&limit=\(min(max(limit, 1), 500))"
        let table = MarketTable([instrument])
        return try await ask(path) { [clock] (answer) throws(FrameRefusal) in
            var decoder = OKXTradeDecoder()
            let events = try OKXRows.events(answer, markets: table, receivedTime: clock.now()) {
                (row, frame, events) throws(FrameRefusal) in
                try decoder.decode(row, frame: frame, into: &events)
            }
            return events.reversed()
        }
    }

    private func ask(
        _ path: String,
        of kind: OKXKind,
        _ read: (borrowing OKXAnswer, MarketTable, MarketTime) throws(FrameRefusal) -> [MarketEvent]
    ) async throws(VenueRequestError) -> [MarketEvent] {
        if markets.withLock({ $0[kind] == nil }) { _ = try await instruments(kind) }
        let table = markets.withLock { $0[kind] ?? MarketTable() }
        return try await ask(path, isAboutAll: true) { [clock] (answer) throws(FrameRefusal) in
            try read(answer, table, clock.now())
        }
    }

    /// Asks, and reads the answer inside its wrapper.
    private func ask<Value>(
        _ path: String,
        isAboutAll: Bool = false,
        _ read: (borrowing OKXAnswer) throws(FrameRefusal) -> Value
    ) async throws(VenueRequestError) -> Value {
        let limit = isAboutAll ? Self.maximumBodyBytes : Self.maximumSmallBodyBytes
        let body = try await requester.get(path, weight: 1, timeout: isAboutAll ? timeout * 3 : timeout, limit: limit)
        do throws(VenueRequestError) {
            return try body.reading { (bytes) throws(VenueRequestError) in
                let answer = try OKXAnswer(bytes, maximumBytes: limit)
                do throws(FrameRefusal) { return try read(answer) } catch { throw .undecodable(error) }
            }
        } catch {
            if case .rateLimited(let seconds) = error { await requester.budget.block(seconds: seconds) }
            throw error
        }
    }
}
