import Foundation
import Markets
import TestKit
import Testing
import Venues

@Suite("Binance spot decoder under garbage")
struct BinanceDecoderFuzzTests {
    static let seeds: [String] = [
        BinanceSpotDecoderTests.trade,
        BinanceSpotDecoderTests.kline([]),
        #"{"stream":"btcusdt@bookTicker","data":{"u":1,"s":"BTCUSDT","b":"1.5","B":"1","a":"1.6","A":"2"}}"#,
        #"[{"e":"24hrMiniTicker","E":1790435739015,"s":"AUSDT","c":"2","o":"1","h":"3","l":"1","v":"5","q":"9"}]"#,
        #"{"e":"24hrTicker","E":1569805259092,"s":"DOGEBNB","c":"0.1","o":"0.2","h":"0.3","l":"0.1","v":"1","q":"2","#
            + #""b":"0.1","B":"7","a":"0.2","A":"2"}"#,
        #"{"error":{"code":2,"msg":"Invalid request: unknown variant `X`"},"id":2}"#,
        #"{"result":null,"id":1}"#,
        #"{"event":{"e":"serverShutdown","E":1770123456789}}"#,
    ]

    @Test("200,000 mutated frames never trap, and what they decode to is always possible")
    func mutated() async {
        var random = SplitMix(seed: 0x7261_6e64)
        var decoder = BinanceSpotDecoder(markets: .spot)
        var events: [MarketEvent] = []
        var taken = 0
        var impossible = 0
        let seeds = Self.seeds.map { Array($0.utf8) }
        for round in 0..<200_000 {
            // Other tests share these two threads and have deadlines to keep.
            if round.isMultiple(of: 500) { await Task.yield() }
            // Every other frame keeps its shape, so that the checks behind the parser get their share.
            let seed = seeds[round / 2 % seeds.count]
            let frame = round.isMultiple(of: 2) ? mutate(seed, with: &random) : retouch(seed, with: &random)
            events.removeAll(keepingCapacity: true)
            do throws(FrameRefusal) {
                _ = try decoder.decode(frame, into: &events)
                taken += 1
            } catch {}
            if !events.allSatisfy(isPossible) { impossible += 1 }
        }
        #expect(impossible == 0)
        #expect(taken + decoder.refusals.total >= 200_000)
        // Were nearly all refused at the first brace, the fields behind it would go untested.
        #expect(taken > 1_000)
        #expect(FrameRefusal.Reason.allCases.filter { decoder.refusals[$0] > 0 }.count >= 8)
    }

    private func isPossible(_ event: MarketEvent) -> Bool {
        switch event.payload {
        case .trade(let trade): trade.price.value.isPositive && trade.quantity.value.isPositive
        case .quote(let quote): quote.bid.value.isPositive && quote.bid <= quote.ask
        case .ticker(let ticker): ticker.last.value.isPositive && ticker.low24h <= ticker.high24h
        case .candle(let candle): candle.low <= candle.open && candle.close <= candle.high && candle.trades >= 0
        case .book, .liquidation, .openInterest, .funding: false
        }
    }
}

/// Replaces one byte by one that often leaves a frame readable.
private func retouch(_ frame: [UInt8], with random: inout SplitMix) -> [UInt8] {
    let bytes = Array("0123456789.-aZ\" ".utf8)
    var frame = frame
    frame[Int.random(in: 0..<frame.count, using: &random)] = bytes[Int.random(in: 0..<bytes.count, using: &random)]
    return frame
}

private let hostilePieces: [[UInt8]] = [
    "\"", "\\", "{", "}", "[", "]", ",", ":", "null", "1e999", "-", "\\ud800", "\u{0}", "99999999999999999999",
].map { Array($0.utf8) }

/// Changes one to four places of a frame: flips, inserts, removes, repeats or cuts bytes, or swaps in a hostile piece.
func mutate(_ frame: [UInt8], with random: inout SplitMix) -> [UInt8] {
    var frame = frame
    for _ in 0...Int.random(in: 0...3, using: &random) where !frame.isEmpty {
        let place = Int.random(in: 0..<frame.count, using: &random)
        switch Int.random(in: 0..<7, using: &random) {
        case 0: frame[place] = UInt8.random(in: .min ... .max, using: &random)
        case 1: frame[place] = UInt8.random(in: 0x20...0x7E, using: &random)
        case 2: frame.insert(UInt8.random(in: .min ... .max, using: &random), at: place)
        case 3: frame.remove(at: place)
        case 4: frame.removeSubrange(place...)
        case 5:
            let end = min(frame.count, place + Int.random(in: 1...40, using: &random))
            frame.insert(contentsOf: frame[place..<end], at: place)
        default: frame.insert(contentsOf: hostilePieces[place % hostilePieces.count], at: place)
        }
    }
    return frame
}

/// A small seeded generator, so that a failure can be had again.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
