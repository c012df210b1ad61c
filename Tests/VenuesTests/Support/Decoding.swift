import Markets
import Venues

/// When the frames of these tests arrive.
let received = MarketTime(milliseconds: 1_800_000_000_000)

/// What a decoder made of one frame.
struct Decoded {
    var message: VenueMessage?
    var refusal: FrameRefusal?
    var events: [MarketEvent] = []
    var counts = RefusalCounts()

    var isBook: Bool {
        if case .book = message { true } else { false }
    }
}

func decode(_ frame: String) -> Decoded { decode(Array(frame.utf8)) }

func decode(_ frame: [UInt8]) -> Decoded {
    var decoder = BinanceSpotDecoder(markets: .spot)
    var decoded = Decoded()
    do throws(FrameRefusal) {
        decoded.message = try decoder.decode(frame, into: &decoded.events)
    } catch {
        decoded.refusal = error
    }
    decoded.counts = decoder.refusals
    return decoded
}

extension BinanceSpotDecoder {
    mutating func decode(
        _ frame: [UInt8],
        into events: inout [MarketEvent]
    ) throws(FrameRefusal) -> VenueMessage {
        // `withUnsafeBytes` rethrows untyped, so the typed error is carried out by hand.
        var result: Result<VenueMessage, FrameRefusal>?
        frame.withUnsafeBytes { bytes in
            do throws(FrameRefusal) {
                result = .success(try decode(bytes, receivedTime: received, into: &events))
            } catch {
                result = .failure(error)
            }
        }
        guard let result else { throw FrameRefusal(.malformed) }
        return try result.get()
    }
}

extension Trade {
    init?(_ symbol: String, _ id: Int64, _ price: String, _ quantity: String, _ side: Side) {
        guard let symbol = Symbol(symbol), let price = Price(price), let quantity = Quantity(quantity) else {
            return nil
        }
        self.init(symbol: symbol, id: id, price: price, quantity: quantity, takerSide: side)
    }
}

extension MarketTable {
    /// The spot markets of these tests' frames.
    static let spot = MarketTable(
        ["BTCUSDT", "AUSDT", "BNBBTC", "DOGEBNB", "ETHBTC", "ETHUSDT", "BTCUSDC", "币安人生USDT"].compactMap {
            Instrument(spot: $0)
        }
    )
}

extension Instrument {
    /// A spot market of Binance; its assets do not matter to the test.
    init?(spot name: String) {
        guard let symbol = Symbol(name) else { return nil }
        self.init(
            venue: .binance,
            symbol: symbol,
            venueSymbol: name,
            base: name,
            quote: "USDT",
            tickSize: nil,
            lotSize: nil,
            isTrading: true
        )
    }
}
