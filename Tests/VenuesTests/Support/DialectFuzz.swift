import Markets
import Venues

/// Feeds a dialect mutated frames, and keeps account of what came of them.
struct DialectFuzz {
    private(set) var taken = 0
    private(set) var impossible = 0
    private(set) var reasons: Set<FrameRefusal.Reason> = []

    init(_ dialect: any VenueDialect, seeds: [String], rounds: Int, seed: UInt64) async {
        await self.init(dialect, frames: seeds.map { Array($0.utf8) }, rounds: rounds, seed: seed)
    }

    init(_ dialect: any VenueDialect, frames seeds: [[UInt8]], rounds: Int, seed: UInt64) async {
        var random = SplitMix(seed: seed)
        for round in 0..<rounds {
            // Other tests share these two threads and have deadlines to keep.
            if round.isMultiple(of: 500) { await Task.yield() }
            // Every other frame keeps its shape, so that the checks behind the parser get their share.
            let frame = seeds[round / 2 % seeds.count]
            let decoded = dialect.decoded(
                round.isMultiple(of: 2) ? mutate(frame, with: &random) : Self.touch(frame, with: &random)
            )
            if decoded.refusal == nil { taken += 1 }
            if let refusal = decoded.refusal {
                reasons.insert(refusal.reason)
                if !decoded.events.isEmpty { impossible += 1 }
            }
            if !decoded.events.allSatisfy(Self.isPossible) { impossible += 1 }
            if let book = decoded.book, !Self.isPossible(book) { impossible += 1 }
        }
    }

    /// Replaces one byte by one that often leaves a frame readable.
    private static func touch(_ frame: [UInt8], with random: inout SplitMix) -> [UInt8] {
        let bytes = Array("0123456789.-aZ\" ".utf8)
        var frame = frame
        frame[Int.random(in: 0..<frame.count, using: &random)] = bytes[Int.random(in: 0..<bytes.count, using: &random)]
        return frame
    }

    private static func isPossible(_ event: MarketEvent) -> Bool {
        switch event.payload {
        case .trade(let trade): trade.price.value.isPositive && trade.quantity.value.isPositive
        case .quote(let quote): quote.bid.value.isPositive && quote.bid <= quote.ask
        case .ticker(let ticker): ticker.last.value.isPositive && ticker.low24h <= ticker.high24h
        case .candle(let candle):
            candle.low <= min(candle.open, candle.close) && max(candle.open, candle.close) <= candle.high
        case .book: false
        case .liquidation(let liquidation):
            liquidation.price.value.isPositive && liquidation.quantity.value.isPositive
        case .openInterest(let interest): !interest.quantity.value.isNegative
        case .funding(let funding):
            [funding.markPrice, funding.indexPrice].allSatisfy { $0?.value.isPositive ?? true }
        }
    }

    private static func isPossible(_ book: BookFrame) -> Bool {
        (book.bids + book.asks).allSatisfy { $0.price.value.isPositive && !$0.quantity.value.isNegative }
    }
}
