package import AsyncHTTPClient
package import Markets
import NIOCore
import Synchronization

/// MEXC futures' market data over REST.
///
/// Documentation: <https://mexcdevelop.github.io/apidocs/contract_v1_en/#market-endpoints>.
package final class MEXCFuturesClient: Sendable {
    /// The venue's own cap of one kline answer.
    package static let maximumCandles = 2000
    /// As deep a book as the stream is to be joined to.
    package static let bookDepth = 1000
    /// The longest answers are those about every contract: some 2 MB of details.
    static let maximumBodyBytes = 16 << 20
    static let maximumSmallBodyBytes = 1 << 20

    private let requester: VenueRequester
    private let clock: VenueClock
    private let timeout: TimeAmount
    /// What the last listing named, so that an answer about all contracts can be read.
    private let markets = Mutex<MarketTable?>(nil)

    /// - Parameters:
    ///   - endpoints: where to ask.
    ///   - budget: shared by all clients of this venue in the process.
    ///   - http: one that neither follows redirects nor retries in silence.
    ///   - clock: the budget's.
    ///   - timeoutSeconds: for a small answer; one about every contract gets three times as long.
    package init(
        endpoints: VenueEndpoints,
        budget: RequestBudget = RequestBudget(.mexcFutures),
        http: HTTPClient = .venues,
        clock: VenueClock = .system,
        timeoutSeconds: Double = 10
    ) {
        requester = VenueRequester(baseURL: endpoints.rest, budget: budget, http: http)
        self.clock = clock
        timeout = .milliseconds(Int64(timeoutSeconds * 1000))
    }

    /// Every linear perpetual that the venue lists, paused ones included.
    ///
    /// A row that our vocabulary has no room for is left out; an answer without one good row is an error.
    package func instruments() async throws(VenueRequestError) -> [Instrument] {
        let listed = try await ask("/api/v1/contract/detail", isAboutAll: true) { (answer) throws(FrameRefusal) in
            try MEXCFuturesListing(answer).instruments
        }
        markets.withLock { $0 = MarketTable(listed) }
        return listed
    }

    /// The last 24 hours, open interest and funding of every perpetual, and when funding is next paid.
    package func figures() async throws(VenueRequestError) -> [MarketEvent] {
        let markets = try await listed()
        let tickers = try await ask("/api/v1/contract/ticker", isAboutAll: true) {
            [clock] (answer) throws(FrameRefusal) in
            try MEXCFuturesDayTickers(answer, markets: markets, receivedTime: clock.now()).events
        }
        let fundings = try await ask("/api/v1/contract/funding_rate", isAboutAll: true) {
            [clock] (answer) throws(FrameRefusal) in
            try MEXCFuturesFundings(answer, markets: markets, receivedTime: clock.now()).events
        }
        return tickers + fundings
    }

    /// A contract's order book, ``bookDepth`` levels deep.
    package func book(
        of instrument: Instrument,
        _ market: Market
    ) async throws(VenueRequestError) -> BookFrame {
        let path = "/api/v1/contract/depth/\(instrument.venueSymbol.percentEncoded)?limit=\(Self.bookDepth)"
        return try await ask(path) { [clock] (answer) throws(FrameRefusal) in
            let picture = try MEXCFuturesDepthPicture(
                answer,
                market: market,
                limit: Self.bookDepth,
                receivedTime: clock.now()
            )
            return picture.frame
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
        limit: Int = MEXCFuturesClient.maximumCandles
    ) async throws(VenueRequestError) -> [Candle] {
        let limit = min(max(limit, 1), Self.maximumCandles)
        var path = "/api/v1/contract/kline/\(instrument.venueSymbol.percentEncoded)?interval=\(interval.mexc)"
        // The venue takes no limit and does not say which part of a longer range it gives: shortened, it is the oldest.
        let span = Int64(limit - 1) * interval.milliseconds
        let newest = to ?? clock.now()
        let first = from ?? newest.adding(milliseconds: -span)
        // The candle that opens at the end of the span is the last one; one that opened before the span does not count.
        let last = interval.openTime(of: first.adding(milliseconds: span + interval.milliseconds - 1))
        path +=
            "&start=\(first.adding(milliseconds: 999).milliseconds / 1000)&end=\(min(newest, last).milliseconds / 1000)"
        return try await ask(path) { [clock] (answer) throws(FrameRefusal) in
            let market = Market(index: 0, instrument)
            return try MEXCFuturesKlines(answer, market: market, interval: interval, venueTime: clock.now()).candles
        }
    }

    private func listed() async throws(VenueRequestError) -> MarketTable {
        if let markets = markets.withLock({ $0 }) { return markets }
        return MarketTable(try await instruments())
    }

    /// Asks, and reads the answer inside its wrapper.
    private func ask<Value>(
        _ path: String,
        isAboutAll: Bool = false,
        _ read: (borrowing MEXCFuturesAnswer) throws(FrameRefusal) -> Value
    ) async throws(VenueRequestError) -> Value {
        let limit = isAboutAll ? Self.maximumBodyBytes : Self.maximumSmallBodyBytes
        let body = try await requester.get(path, weight: 1, timeout: isAboutAll ? timeout * 3 : timeout, limit: limit)
        do throws(VenueRequestError) {
            return try body.reading { (bytes) throws(VenueRequestError) in
                let answer = try MEXCFuturesAnswer(bytes, maximumBytes: limit)
                do throws(FrameRefusal) { return try read(answer) } catch { throw .undecodable(error) }
            }
        } catch {
            if case .rateLimited(let seconds) = error { await requester.budget.block(seconds: seconds) }
            throw error
        }
    }
}
