import Foundation
import Logging
import MarketFeed
import Markets
import TestKit
import Testing

@Suite("Recorded liquidations", .enabled(if: SharedData.isPresent, "no recorded liquidations"))
struct LiquidationReplayTests {
    /// Sums of average price (the limit where none was kept) times filled quantity; sells closed longs.
    ///
    /// Reckoned from the files by a decimal calculator outside of the program. A dated contract, `ETH_250627`, is no
    /// perpetual and left out.
    struct Recording: Sendable {
        let file: String
        let count: Int
        let long: String
        let short: String
    }

    private static let recordings = [
        Recording(
            file: "binance-usdm-forceOrder-2024-08.csv",
            count: 385,
            long: "89260.36764196",
            short: "383703.67933329"
        ),
        Recording(
            file: "binance-usdm-forceOrder-2025-06-23.csv",
            count: 701,
            long: "876899.9064795",
            short: "450029.1526614"
        ),
    ]

    @Test(
        "A replay sums to what the file holds, and a reconnect that repeats all of it counts nothing twice",
        arguments: recordings
    )
    func replay(recording: Recording) throws {
        let events = try Self.events(recording.file)
        #expect(events.count == recording.count)
        let last = try #require(events.map(\.time).max())
        let clock = ManualWallClock(last)
        let board = MarketBoard(now: clock.now)
        let symbols = Set(events.map(\.symbol))
        board.list(
            try symbols.map { symbol in
                let base = symbol.text.replacingOccurrences(of: "USDT-PERP", with: "")
                return try Samples.instrument(symbol.text, base: base, quote: "USDT")
            },
            on: .binance
        )
        let keeper = LiquidationKeeper(
            board: board,
            store: MemoryLiquidations().port,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            now: clock.now
        )
        func sums() throws -> [String] {
            let totals = try symbols.map { symbol in
                let page = try keeper.page(symbol, venue: .binance, limit: 1)
                return try #require(page.totals.first { $0.window == .oneDay })
            }
            #expect(totals.allSatisfy { $0.completeness == .sampled })
            let long = totals.reduce(FixedPoint.zero) { $0.adding($1.long.value) ?? .zero }
            let short = totals.reduce(FixedPoint.zero) { $0.adding($1.short.value) ?? .zero }
            return [long.description, short.description]
        }
        for event in events { keeper.ingest([event]) }
        #expect(try sums() == [recording.long, recording.short])
        for count in 1...20 {
            keeper.report(VenueStatus(state: .live, reconnects: count), on: .binance)
            keeper.ingest(count.isMultiple(of: 2) ? events : events.reversed())
        }
        #expect(try sums() == [recording.long, recording.short])
        #expect(keeper.counters.waiting == recording.count)
    }

    private static func events(_ file: String) throws -> [MarketEvent] {
        let text = String(decoding: try SharedData.bytes("liquidations/\(file)"), as: UTF8.self)
        return try text.split(separator: "\n").dropFirst().filter { !$0.hasPrefix("ETH_250627,") }.map { line in
            let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            let time = MarketTime(milliseconds: try #require(Int64(fields[10])))
            let liquidation = Liquidation(
                symbol: try Samples.symbol(fields[0] + "USDT-PERP"),
                side: fields[1] == "SELL" ? .long : .short,
                price: try Samples.price(fields[6].isEmpty ? fields[5] : fields[6]),
                quantity: try Samples.quantity(fields[9])
            )
            return MarketEvent(
                venue: .binance,
                exchangeTime: time,
                receivedTime: time,
                payload: .liquidation(liquidation)
            )
        }
    }
}
