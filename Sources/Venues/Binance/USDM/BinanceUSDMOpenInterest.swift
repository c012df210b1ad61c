import Markets

/// `GET /fapi/v1/openInterest?symbol=…`.
///
/// ```json
/// {"symbol":"BTCUSDT","openInterest":"84617.188","time":1654336844754}
/// ```
/// Base asset, one side counted. The venue answers for one market at a time and has no stream of it.
/// <https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/Open-Interest>
struct BinanceUSDMOpenInterest {
    let event: MarketEvent

    init(json bytes: UnsafeRawBufferPointer, of instrument: Instrument, receivedTime: MarketTime) throws(FrameRefusal) {
        var json = VenueParser(maximumBytes: BinanceUSDMClient.maximumSmallBodyBytes, maximumDepth: 8)
        let root: VenueValue
        do { root = try json.parse(bytes) } catch { throw FrameRefusal(fault: error) }
        var fields = VenueFields<Field>()
        fields.read(root)
        guard try fields.text(.symbol) == instrument.venueSymbol else {
            throw FrameRefusal(.contradiction, field: Field.symbol.key)
        }
        let market = Market(index: 0, instrument)
        let header = BinanceEventHeader(
            symbol: market.symbol,
            eventTime: try fields.time(.time),
            receivedTime: receivedTime
        )
        let quantity = try fields.quantity(.openInterest, of: market)
        event = header.event(.openInterest(OpenInterest(symbol: market.symbol, quantity: quantity)))
    }

    private enum Field: Int, VenueFieldName {
        case symbol, openInterest, time

        var key: String {
            switch self {
            case .symbol: "symbol"
            case .openInterest: "openInterest"
            case .time: "time"
            }
        }
    }
}
