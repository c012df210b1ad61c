import Foundation
import Markets
import Testing
import VenueFuzzing
import Venues

@Suite("Strangers' payloads")
struct StrangerTests {
    /// A message of a family, and the fields without which nothing can be made of it, by their place, in order.
    struct Sample: Sendable, CustomTestStringConvertible {
        let name: String
        let family: FuzzFamily
        let place: Int
        let required: [String]

        init(_ name: String, _ family: FuzzFamily, _ place: Int, _ required: String) {
            self.name = name
            self.family = family
            self.place = place
            self.required = required.split(separator: " ").map(String.init)
        }

        var frame: [UInt8] { family.frames[place] }
        var testDescription: String { "\(family.rawValue) \(name)" }
    }

    static let samples = [
        Sample("trade", .binanceSpot, 0, "E T e m p q s t"),
        Sample("aggTrade", .binanceSpot, 1, "data data.E data.T data.a data.e data.m data.p data.q data.s"),
        Sample("kline", .binanceSpot, 2, "E e k k.c k.h k.i k.l k.n k.o k.q k.t k.v k.x s"),
        Sample("bookTicker", .binanceSpot, 3, "data data.A data.B data.a data.b data.s data.u"),
        Sample("24hrMiniTicker", .binanceSpot, 4, "0.E 0.c 0.e 0.h 0.l 0.o 0.q 0.s 0.v"),
        Sample("24hrTicker", .binanceSpot, 5, "A B E a b c e h l o q s v"),
        Sample("depthUpdate", .binanceSpot, 6, "E U e s u"),
        Sample("aggTrade", .binanceMarket, 0, "E T a e m p q s"),
        Sample("forceOrder", .binanceMarket, 1, "e o o.S o.T o.s"),
        Sample("depthUpdate", .binanceMarket, 2, "E U e pu s u"),
        Sample("markPriceUpdate", .binanceMarket, 4, "E e p s"),
        Sample("bookTicker", .binanceMarket, 6, "data data.A data.B data.E data.a data.b data.e data.s"),
        Sample("24hrTicker", .binanceMarket, 7, "0.E 0.c 0.e 0.h 0.l 0.o 0.q 0.s 0.v"),
        Sample("kline", .binanceMarket, 8, "E e k k.c k.h k.i k.l k.n k.o k.q k.t k.v k.x s"),
        Sample(
            "publicTrade.BTCUSDT",
            .bybitLinear,
            0,
            "data data.0.S data.0.T data.0.i "
                + "data.0.p data.0.v topic ts type"
        ),
        Sample(
            "kline.1.BTCUSDT",
            .bybitLinear,
            1,
            "data data.0.close data.0.confirm data.0.high data.0.low data.0.open "
                + "data.0.start data.0.turnover data.0.volume topic ts type"
        ),
        Sample("tickers.BTCUSDT", .bybitLinear, 2, "data topic ts type"),
        Sample("orderbook.50.BTCUSDT", .bybitLinear, 4, "data data.u topic ts type"),
        Sample("orderbook.1.BTCUSDT", .bybitLinear, 6, "data data.u topic ts type"),
        Sample("allLiquidation.BTCUSDT", .bybitLinear, 7, "data data.0.S data.0.T data.0.p data.0.v topic ts type"),
        Sample(
            "trades",
            .okxPublic,
            0,
            "arg arg.channel arg.instId data "
                + "data.0.px data.0.side data.0.sz data.0.tradeId data.0.ts"
        ),
        Sample(
            "tickers",
            .okxPublic,
            1,
            "arg arg.channel arg.instId data data.0.askSz "
                + "data.0.bidSz data.0.high24h data.0.low24h data.0.open24h data.0.ts data.0.volCcy24h"
        ),
        Sample("candle1m", .okxPublic, 2, "arg arg.channel arg.instId data"),
        Sample("books", .okxPublic, 3, "action arg arg.channel arg.instId data data.0.seqId data.0.ts"),
        Sample(
            "books",
            .okxPublic,
            4,
            "action arg arg.channel arg.instId "
                + "data data.0.prevSeqId data.0.seqId data.0.ts"
        ),
        Sample(
            "liquidation-orders",
            .okxPublic,
            5,
            "arg arg.channel data data.0.details "
                + "data.0.details.0.bkPx data.0.details.0.side data.0.details.0.sz data.0.details.0.ts data.0.instId"
        ),
        Sample("bbo-tbt", .okxPublic, 6, "arg arg.channel arg.instId data data.0.ts"),
        Sample("funding-rate", .okxPublic, 7, "arg arg.channel arg.instId data data.0.fundingTime"),
        Sample("mark-price", .okxPublic, 8, "arg arg.channel arg.instId data data.0.markPx data.0.ts"),
        Sample("open-interest", .okxPublic, 9, "arg arg.channel arg.instId data data.0.oi data.0.ts"),
        Sample("push.deal", .mexcFutures, 0, "channel data data.0.T data.0.p data.0.t data.0.v symbol ts"),
        Sample("push.depth", .mexcFutures, 1, "channel data symbol ts"),
        Sample("push.depth.full", .mexcFutures, 3, "channel data data.asks data.bids data.version symbol ts"),
        Sample(
            "push.kline",
            .mexcFutures,
            4,
            "channel data data.a data.c data.h data.interval "
                + "data.l data.o data.q data.t symbol ts"
        ),
        Sample(
            "push.ticker",
            .mexcFutures,
            5,
            "channel data data.amount24 data.high24Price data.lastPrice "
                + "data.lower24Price data.symbol data.timestamp data.volume24 symbol ts"
        ),
        Sample(
            "push.tickers",
            .mexcFutures,
            6,
            "channel data data.0.amount24 data.0.high24Price data.0.lastPrice "
                + "data.0.lower24Price data.0.riseFallRate data.0.symbol data.0.timestamp data.0.volume24"
        ),
        Sample("push.funding.rate", .mexcFutures, 7, "channel data data.rate symbol ts"),
    ]

    @Test("What lacks a field that it needs is refused by name, and what lacks any other is taken", arguments: samples)
    func missing(sample: Sample) throws {
        let document = try JSONDocument(sample.frame)
        let refused = try document.fields.filter { path in
            let decoded = sample.family.dialect().decoded(try document.replacing(path, with: nil))
            if decoded.counts.total > 0 { #expect(decoded.events.isEmpty && decoded.book == nil, "\(path)") }
            return decoded.counts.total > 0
        }
        #expect(refused.map { $0.joined(separator: ".") }.sorted() == sample.required.sorted())
    }

    @Test("Fields that nobody knows change nothing, wherever they stand", arguments: samples)
    func unknown(sample: Sample) throws {
        let known = sample.family.dialect().decoded(sample.frame)
        let values: [Any] = [NSNull(), [["x": "é"]], ["币安": "人生"], 1e300, ""]
        for value in values {
            let frame = try JSONDocument(sample.frame).adding("unheard", value)
            let decoded = sample.family.dialect().decoded(frame)
            #expect(decoded.message == known.message && decoded.events == known.events)
            #expect(decoded.counts.total == 0)
        }
    }

    @Test("Whatever stands in a field, it is refused by name or taken for something possible", arguments: samples)
    func strange(sample: Sample) throws {
        let document = try JSONDocument(sample.frame)
        let values: [Any] = [
            NSNull(), true, [String: Any](), [Any](), [[[Any]()]], "", "strange", "币安人生", "-1", "0", "1e400", -1, 0,
            2.5,
            1e300, Int64.max, Int64.min, UInt64.max, String(repeating: "9", count: 60), "99999999999999999999",
        ]
        for path in document.fields {
            for value in values {
                let decoded = sample.family.dialect().decoded(try document.replacing(path, with: value))
                #expect(decoded.refusal == nil || decoded.counts.total > 0)
                #expect(decoded.refusal == nil || (decoded.events.isEmpty && decoded.book == nil))
                #expect(decoded.events.allSatisfy(Plausibility.isPossible), "\(path) \(value)")
                #expect(decoded.book.map(Plausibility.isPossible) ?? true, "\(path) \(value)")
            }
        }
    }
}
