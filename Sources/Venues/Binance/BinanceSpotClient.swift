package import AsyncHTTPClient
package import Markets
import NIOCore
import Synchronization

/// Binance spot's market data over REST.
///
/// Documentation: <https://developers.binance.com/docs/binance-spot-api-docs/rest-api>.
package final class BinanceSpotClient: Sendable {
    /// The venue's own cap of one klines answer.
    package static let maximumCandles = 1000
    /// Levels of each side in a book snapshot.
    static let depthLevels = 1000
    /// The longest answers are those about every market: some 15 MB of exchangeInfo.
    static let maximumBodyBytes = 32 << 20
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
        budget: RequestBudget = RequestBudget(.binanceSpot),
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

    /// Every market that the venue lists, halted ones included.
    ///
    /// A row that our vocabulary has no room for is left out; an answer without one good row is an error.
    package func instruments() async throws(VenueRequestError) -> [Instrument] {
        let body = try await requester.get(
            "/api/v3/exchangeInfo?showPermissionSets=false",
            weight: 20,
            timeout: timeout * 3,
            limit: Self.maximumBodyBytes
        )
        let info = try decode(body) { bytes throws(FrameRefusal) in try BinanceExchangeInfo(json: bytes) }
        let now = clock.now()
        if let time = info.serverTime { clockOffset.withLock { $0 = time.since(now) } }
        markets.withLock { $0 = MarketTable(info.instruments) }
        return info.instruments
    }

    /// The last 24 hours and the best bid and ask of every market that traded: a ticker event and a quote event each.
    package func dayTickers() async throws(VenueRequestError) -> [MarketEvent] {
        let markets = try await listed()
        let body = try await requester.get(
            "/api/v3/ticker/24hr",
            weight: 80,
            timeout: timeout * 3,
            limit: Self.maximumBodyBytes
        )
        let received = clock.now()
        return try decode(body) { bytes throws(FrameRefusal) in
            try BinanceDayTickers(json: bytes, markets: markets, receivedTime: received).events
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
        limit: Int = BinanceSpotClient.maximumCandles
    ) async throws(VenueRequestError) -> [Candle] {
        var path = "/api/v3/klines?symbol=\(instrument.venueSymbol.percentEncoded)&interval=\(interval.rawValue)"
        path += "&limit=\(min(max(limit, 1), Self.maximumCandles))"
        if let from { path += "&startTime=\(from.milliseconds)" }
        if let to { path += "&endTime=\(to.milliseconds)" }
        let body = try await requester.get(path, weight: 2, timeout: timeout, limit: Self.maximumSmallBodyBytes)
        let venueTime = clock.now().adding(milliseconds: clockOffset.withLock { $0 } ?? 0)
        return try decode(body) { bytes throws(FrameRefusal) in
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

    /// The best thousand levels of each side.
    package func depth(_ instrument: Instrument, _ market: Market) async throws(VenueRequestError) -> BookFrame {
        let body = try await requester.get(
            "/api/v3/depth?symbol=\(instrument.venueSymbol.percentEncoded)&limit=\(Self.depthLevels)",
            weight: 50,
            timeout: timeout,
            limit: Self.maximumSmallBodyBytes
        )
        return try decode(body) { bytes throws(FrameRefusal) in
            try BinanceDepth(json: bytes, market: market, limit: Self.depthLevels).frame
        }
    }

    private func listed() async throws(VenueRequestError) -> MarketTable {
        if let markets = markets.withLock({ $0 }) { return markets }
        return MarketTable(try await instruments())
    }

    private func decode<Value>(
        _ body: ByteBuffer,
        _ read: (UnsafeRawBufferPointer) throws(FrameRefusal) -> Value
    ) throws(VenueRequestError) -> Value {
        var result: Result<Value, FrameRefusal>?
        body.withUnsafeReadableBytes { bytes in
            do throws(FrameRefusal) { result = .success(try read(bytes)) } catch { result = .failure(error) }
        }
        switch result {
        case .success(let value): return value
        case .failure(let refusal): throw .undecodable(refusal)
        case nil: throw .undecodable(FrameRefusal(.malformed))
        }
    }
}

extension String {
    /// A market's name for a query: letters and digits of ASCII stay, every byte of other scripts is escaped.
    var percentEncoded: String {
        guard !utf8.allSatisfy({ $0 < 0x80 }) else { return self }
        return utf8.reduce(into: "") { encoded, byte in
            if byte < 0x80 {
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                encoded += "%" + String(byte, radix: 16, uppercase: true)
            }
        }
    }
}
