package import AsyncHTTPClient
package import Markets
import NIOCore
import Synchronization

/// Binance USD-M futures' market data over REST.
///
/// Documentation: <https://developers.binance.com/docs/derivatives/usds-margined-futures/general-info>.
package final class BinanceUSDMClient: Sendable {
    /// The venue's own cap of one klines answer.
    package static let maximumCandles = 1500
    /// The deepest book that the venue answers with.
    package static let bookDepth = 1000
    /// The longest answers are those about every market: some 2 MB of exchangeInfo.
    static let maximumBodyBytes = 16 << 20
    static let maximumSmallBodyBytes = 1 << 20

    private let requester: VenueRequester
    private let clock: VenueClock
    private let timeout: TimeAmount
    /// Milliseconds that the venue's clock is ahead of ours; nil before it told us.
    private let clockOffset = Mutex<Int64?>(nil)
    /// What the last listing named, so that an answer about all markets can be read.
    private let markets = Mutex<MarketTable?>(nil)

    /// - Parameters:
    ///   - endpoints: where to ask.
    ///   - budget: shared by all clients of these hosts in the process.
    ///   - http: one that neither follows redirects nor retries in silence.
    ///   - clock: the budget's.
    ///   - timeoutSeconds: for a small answer; one about every market gets three times as long.
    package init(
        endpoints: VenueEndpoints,
        budget: RequestBudget = RequestBudget(.binanceUSDM),
        http: HTTPClient = .venues,
        clock: VenueClock = .system,
        timeoutSeconds: Double = 10
    ) {
        requester = VenueRequester(
            usedWeightHeader: "X-MBX-USED-WEIGHT-1M",
            baseURL: endpoints.rest,
            budget: budget,
            http: http
        )
        self.clock = clock
        timeout = .milliseconds(Int64(timeoutSeconds * 1000))
    }

    /// Every perpetual that the venue lists, halted ones included.
    ///
    /// A row that our vocabulary has no room for is left out; an answer without one good row is an error.
    package func instruments() async throws(VenueRequestError) -> [Instrument] {
        let listing = try await ask("/fapi/v1/exchangeInfo", weight: 1, isAboutAll: true) {
            bytes throws(FrameRefusal) in try BinanceUSDMListing(json: bytes)
        }
        let now = clock.now()
        if let time = listing.serverTime { clockOffset.withLock { $0 = time.since(now) } }
        markets.withLock { $0 = MarketTable(listing.instruments) }
        return listing.instruments
    }

    /// The last 24 hours of every perpetual that traded, and what each pays for funding.
    package func figures() async throws(VenueRequestError) -> [MarketEvent] {
        let markets = try await listed()
        let tickers = try await ask("/fapi/v1/ticker/24hr", weight: 40, isAboutAll: true) {
            [clock] bytes throws(FrameRefusal) in
            try BinanceUSDMDayTickers(json: bytes, markets: markets, receivedTime: clock.now()).events
        }
        let fundings = try await ask("/fapi/v1/premiumIndex", weight: 10, isAboutAll: true) {
            [clock] bytes throws(FrameRefusal) in
            try BinanceUSDMFundings(json: bytes, markets: markets, receivedTime: clock.now()).events
        }
        return tickers + fundings
    }

    /// How much of a perpetual is held open.
    package func openInterest(of instrument: Instrument) async throws(VenueRequestError) -> MarketEvent {
        try await ask("/fapi/v1/openInterest?symbol=\(instrument.venueSymbol.percentEncoded)", weight: 1) {
            [clock] bytes throws(FrameRefusal) in
            try BinanceUSDMOpenInterest(json: bytes, of: instrument, receivedTime: clock.now()).event
        }
    }

    /// A perpetual's order book, ``bookDepth`` levels deep.
    package func book(
        of instrument: Instrument,
        _ market: Market
    ) async throws(VenueRequestError) -> BookFrame {
        let path = "/fapi/v1/depth?symbol=\(instrument.venueSymbol.percentEncoded)&limit=\(Self.bookDepth)"
        return try await ask(path, weight: 20) { bytes throws(FrameRefusal) in
            try BinanceDepth(json: bytes, market: market, limit: Self.bookDepth).frame
        }
    }

    /// Candles whose open time lies in `from...to`, oldest first; the last one may still be open.
    ///
    /// At most `limit` of them and never more than ``maximumCandles``: of a longer range the venue gives the oldest,
    /// and without `from` the newest.
    package func candles(
        of instrument: Instrument,
        interval: CandleInterval,
        from: MarketTime? = nil,
        to: MarketTime? = nil,
        limit: Int = BinanceUSDMClient.maximumCandles
    ) async throws(VenueRequestError) -> [Candle] {
        let limit = min(max(limit, 1), Self.maximumCandles)
        var path = "/fapi/v1/klines?symbol=\(instrument.venueSymbol.percentEncoded)&interval=\(interval.rawValue)"
        path += "&limit=\(limit)"
        if let from { path += "&startTime=\(from.milliseconds)" }
        if let to { path += "&endTime=\(to.milliseconds)" }
        return try await ask(path, weight: Self.klinesWeight(limit: limit)) { [self] bytes throws(FrameRefusal) in
            let venueTime = clock.now().adding(milliseconds: clockOffset.withLock { $0 } ?? 0)
            let rows = try BinanceKlines(
                json: bytes,
                symbol: instrument.symbol,
                interval: interval,
                venueTime: venueTime
            )
            let market = Market(index: 0, instrument)
            return try rows.candles.map { row throws(FrameRefusal) in try market.unbundled(row) }
        }
    }

    /// What the venue charges, by the number asked for.
    private static func klinesWeight(limit: Int) -> Int {
        switch limit {
        case ..<100: 1
        case ..<500: 2
        case ...1000: 5
        default: 10
        }
    }

    private func listed() async throws(VenueRequestError) -> MarketTable {
        if let markets = markets.withLock({ $0 }) { return markets }
        return MarketTable(try await instruments())
    }

    private func ask<Value>(
        _ path: String,
        weight: Int,
        isAboutAll: Bool = false,
        _ read: (UnsafeRawBufferPointer) throws(FrameRefusal) -> Value
    ) async throws(VenueRequestError) -> Value {
        let body = try await requester.get(
            path,
            weight: weight,
            timeout: isAboutAll ? timeout * 3 : timeout,
            limit: isAboutAll ? Self.maximumBodyBytes : Self.maximumSmallBodyBytes
        )
        return try body.reading { (bytes) throws(VenueRequestError) in
            do throws(FrameRefusal) { return try read(bytes) } catch { throw .undecodable(error) }
        }
    }
}
