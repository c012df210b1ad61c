package import AsyncHTTPClient
package import Markets
import NIOCore
import Synchronization

/// Bybit's market data over REST.
///
/// Documentation: <https://bybit-exchange.github.io/docs/v5/intro>.
package final class BybitClient: Sendable {
    /// The venue's own cap of one kline answer.
    package static let maximumCandles = 1000
    /// The longest answers are those about every market: some 2 MB of tickers.
    static let maximumBodyBytes = 16 << 20
    static let maximumSmallBodyBytes = 1 << 20
    /// Pages of a thousand instruments: more than the venue will ever list, and an end to a cursor that never ends.
    static let maximumPages = 20

    private let requester: VenueRequester
    private let clock: VenueClock
    private let timeout: TimeAmount
    /// What the last listing of a category named, so that an answer about all its markets can be read.
    private let markets = Mutex<[BybitCategory: MarketTable]>([:])

    /// - Parameters:
    ///   - endpoints: where to ask.
    ///   - budget: shared by all clients of this venue in the process.
    ///   - http: one that neither follows redirects nor retries in silence.
    ///   - clock: the budget's.
    ///   - timeoutSeconds: for a small answer; one about every market gets three times as long.
    package init(
        endpoints: VenueEndpoints,
        budget: RequestBudget = RequestBudget(.bybit),
        http: HTTPClient = .venues,
        clock: VenueClock = .system,
        timeoutSeconds: Double = 10
    ) {
        requester = VenueRequester(baseURL: endpoints.rest, budget: budget, http: http)
        self.clock = clock
        timeout = .milliseconds(Int64(timeoutSeconds * 1000))
    }

    /// Every market of the category that the venue lists: of contracts the perpetuals.
    ///
    /// A row that our vocabulary has no room for is left out; a page without one good row is an error.
    package func instruments(_ category: BybitCategory) async throws(VenueRequestError) -> [Instrument] {
        var listed: [Instrument] = []
        var cursor = ""
        for _ in 0..<Self.maximumPages {
            var path = "/v5/market/instruments-info?category=\(category.rawValue)"
            // Spot comes on one page, and takes neither a limit nor a cursor.
            if category == .linear { path += "&limit=1000" }
            if !cursor.isEmpty { path += "&cursor=\(cursor.queryEscaped)" }
            let page = try await ask(path, isAboutAll: true) { (answer) throws(FrameRefusal) in
                try BybitListing(answer, category)
            }
            listed += page.instruments
            guard let next = page.nextPage, next != cursor else { break }
            cursor = next
        }
        let instruments = listed.oneForEachSymbol()
        markets.withLock { $0[category] = MarketTable(instruments) }
        return instruments
    }

    /// The last 24 hours of every market listed: ticker and quote, of perpetuals open interest and funding as well.
    package func dayTickers(_ category: BybitCategory) async throws(VenueRequestError) -> [MarketEvent] {
        if markets.withLock({ $0[category] == nil }) { _ = try await instruments(category) }
        let table = markets.withLock { $0[category] ?? MarketTable() }
        return try await ask("/v5/market/tickers?category=\(category.rawValue)", isAboutAll: true) {
            [clock] (answer) throws(FrameRefusal) in
            try BybitDayTickers(answer, markets: table, receivedTime: clock.now()).events
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
        limit: Int = BybitClient.maximumCandles
    ) async throws(VenueRequestError) -> [Candle] {
        let limit = min(max(limit, 1), Self.maximumCandles)
        var path = "/v5/market/kline?" + query(instrument) + "&interval=\(interval.bybit)&limit=\(limit)"
        if let from { path += "&start=\(from.milliseconds)" }
        // The venue gives the newest of a range: shortened to so many candles, it is the oldest.
        let end = [to, from.map { interval.lastOpenTime(from: $0, limit: limit) }].compactMap(\.self).min()
        if let end { path += "&end=\(end.milliseconds)" }
        return try await ask(path) { (answer) throws(FrameRefusal) in
            try BybitKlines(answer, of: Market(index: 0, instrument), interval: interval).candles
        }
    }

    /// Open interest of a perpetual at the end of each of the last intervals of five minutes, 200 at most, oldest first.
    package func openInterest(of instrument: Instrument, limit: Int = 1) async throws(VenueRequestError)
        -> [MarketEvent]
    {
        let path =
            "/v5/market/open-interest?" + query(instrument) + "&intervalTime=5min&limit=\(min(max(limit, 1), 200))"
        return try await ask(path) { [clock] (answer) throws(FrameRefusal) in
            try BybitOpenInterest(answer, of: Market(index: 0, instrument), receivedTime: clock.now()).events
        }
    }

    /// The funding rates that a perpetual's holders paid last, 200 at most, oldest first.
    package func fundingHistory(of instrument: Instrument, limit: Int = 200) async throws(VenueRequestError)
        -> [MarketEvent]
    {
        let path = "/v5/market/funding/history?" + query(instrument) + "&limit=\(min(max(limit, 1), 200))"
        return try await ask(path) { [clock] (answer) throws(FrameRefusal) in
            try BybitFundingHistory(answer, of: Market(index: 0, instrument), receivedTime: clock.now()).events
        }
    }

    /// The best levels of a market's book, of which the venue shows at most `levels`: 200 of spot, 500 of contracts.
    package func book(of instrument: Instrument, levels: Int = 200) async throws(VenueRequestError) -> BookFrame {
        let most = instrument.symbol.isPerpetual ? 500 : 200
        let path = "/v5/market/orderbook?" + query(instrument) + "&limit=\(min(max(levels, 1), most))"
        return try await ask(path) { (answer) throws(FrameRefusal) in
            var decoder = BybitBookDecoder()
            return try decoder.decode(answer, of: Market(index: 0, instrument))
        }
    }

    private func query(_ instrument: Instrument) -> String {
        let category: BybitCategory = instrument.symbol.isPerpetual ? .linear : .spot
        return "category=\(category.rawValue)&symbol=\(instrument.venueSymbol.queryEscaped)"
    }

    /// Asks, and reads the answer inside its wrapper.
    private func ask<Value>(
        _ path: String,
        isAboutAll: Bool = false,
        _ read: (borrowing BybitAnswer) throws(FrameRefusal) -> Value
    ) async throws(VenueRequestError) -> Value {
        let limit = isAboutAll ? Self.maximumBodyBytes : Self.maximumSmallBodyBytes
        let body = try await requester.get(path, weight: 1, timeout: isAboutAll ? timeout * 3 : timeout, limit: limit)
        do throws(VenueRequestError) {
            return try body.reading { (bytes) throws(VenueRequestError) in
                let answer = try BybitAnswer(bytes, maximumBytes: limit)
                do throws(FrameRefusal) { return try read(answer) } catch { throw .undecodable(error) }
            }
        } catch {
            if case .rateLimited(let seconds) = error { await requester.budget.block(seconds: seconds) }
            throw error
        }
    }
}
