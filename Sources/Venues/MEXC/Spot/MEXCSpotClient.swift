package import AsyncHTTPClient
package import Markets
import NIOCore
import Synchronization

/// MEXC spot's market data over REST.
///
/// Documentation: <https://mexcdevelop.github.io/apidocs/spot_v3_en/#market-data-endpoints>.
package final class MEXCSpotClient: Sendable {
    /// The venue's own cap of one klines answer.
    package static let maximumCandles = 1000
    /// As deep a book as the stream is to be joined to.
    package static let bookDepth = 1000
    /// The longest answers are those about every market: some 3 MB of exchangeInfo.
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
    ///   - budget: shared by all clients of this venue in the process.
    ///   - http: one that neither follows redirects nor retries in silence.
    ///   - clock: the budget's.
    ///   - timeoutSeconds: for a small answer; one about every market gets three times as long.
    package init(
        endpoints: VenueEndpoints,
        budget: RequestBudget = RequestBudget(.mexcSpot),
        http: HTTPClient = .venues,
        clock: VenueClock = .system,
        timeoutSeconds: Double = 10
    ) {
        requester = VenueRequester(baseURL: endpoints.rest, budget: budget, http: http)
        self.clock = clock
        timeout = .milliseconds(Int64(timeoutSeconds * 1000))
    }

    /// Every market that the venue lists, paused ones included.
    ///
    /// A row that our vocabulary has no room for is left out; an answer without one good row is an error.
    package func instruments() async throws(VenueRequestError) -> [Instrument] {
        let listing = try await ask("/api/v3/exchangeInfo", weight: 10, isAboutAll: true) {
            bytes throws(FrameRefusal) in try MEXCSpotListing(json: bytes)
        }
        let now = clock.now()
        if let time = listing.serverTime { clockOffset.withLock { $0 = time.since(now) } }
        markets.withLock { $0 = MarketTable(listing.instruments) }
        return listing.instruments
    }

    /// The last 24 hours and the best bid and ask of every market that traded.
    package func dayTickers() async throws(VenueRequestError) -> [MarketEvent] {
        let markets = try await listed()
        return try await ask("/api/v3/ticker/24hr", weight: 40, isAboutAll: true) {
            [clock] bytes throws(FrameRefusal) in
            try MEXCSpotDayTickers(json: bytes, markets: markets, receivedTime: clock.now()).events
        }
    }

    /// A market's order book, ``bookDepth`` levels deep.
    package func book(
        of instrument: Instrument,
        _ market: Market
    ) async throws(VenueRequestError) -> BookFrame {
        let path = "/api/v3/depth?symbol=\(instrument.venueSymbol.percentEncoded)&limit=\(Self.bookDepth)"
        return try await ask(path, weight: 1) { bytes throws(FrameRefusal) in
            try MEXCSpotDepthPicture(json: bytes, market: market, limit: Self.bookDepth).frame
        }
    }

    /// Candles whose open time lies in `from...to`, oldest first; the last one may still be open.
    ///
    /// At most `limit` of them and never more than ``maximumCandles``.
    package func candles(
        of instrument: Instrument,
        interval: CandleInterval,
        from: MarketTime? = nil,
        to: MarketTime? = nil,
        limit: Int = MEXCSpotClient.maximumCandles
    ) async throws(VenueRequestError) -> [Candle] {
        var path = "/api/v3/klines?symbol=\(instrument.venueSymbol.percentEncoded)"
        path += "&interval=\(interval.mexcSpotQuery)&limit=\(min(max(limit, 1), Self.maximumCandles))"
        if let from { path += "&startTime=\(from.milliseconds)" }
        if let to { path += "&endTime=\(to.milliseconds)" }
        return try await ask(path, weight: 1) { [self] bytes throws(FrameRefusal) in
            let venueTime = clock.now().adding(milliseconds: clockOffset.withLock { $0 } ?? 0)
            let market = Market(index: 0, instrument)
            return try MEXCSpotKlines(json: bytes, market: market, interval: interval, venueTime: venueTime).candles
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
