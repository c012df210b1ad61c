import Accounts
import Foundation
import Markets
import Signals
import Testing

@Suite("Which candidates are published")
struct SignalDeskTests {
    private let strategy = SignalStrategy.shipped[0]
    private let other = SignalStrategy.shipped[1]
    private static let hour: Int64 = 3_600_000

    private func symbol(_ text: String) throws -> Symbol { try #require(Symbol(text)) }
    private func time(_ hours: Int64) -> MarketTime { MarketTime(milliseconds: hours * Self.hour) }

    @Test("A symbol rests for a day after a signal, also when that has ended")
    func cooldown() throws {
        var desk = SignalDesk()
        let bitcoin = try symbol("BTCUSDT")
        desk.open("1", bitcoin, .buy, at: time(0), expiresAt: time(24))
        #expect(!desk.admits(other, bitcoin, .sell, at: time(1)))
        desk.close("1", strategy: strategy.name, isWin: true, at: time(2))
        #expect(!desk.admits(strategy, bitcoin, .buy, at: time(23)))
        #expect(desk.admits(strategy, bitcoin, .buy, at: time(24)))
    }

    @Test("At most three of one direction are under way")
    func correlation() throws {
        var desk = SignalDesk()
        for (index, name) in ["AAUSDT", "BBUSDT", "CCUSDT"].enumerated() {
            #expect(desk.admits(strategy, try symbol(name), .buy, at: time(0)))
            desk.open("\(index)", try symbol(name), .buy, at: time(0), expiresAt: time(24))
        }
        let next = try symbol("DDUSDT")
        #expect(!desk.admits(strategy, next, .buy, at: time(1)))
        #expect(desk.admits(strategy, next, .sell, at: time(1)))
        desk.close("1", strategy: strategy.name, isWin: false, at: time(2))
        #expect(desk.admits(strategy, next, .buy, at: time(2)))
    }

    @Test("Five losses in a row make a strategy pause for a day; a win or a cancelled one is no loss")
    func brake() throws {
        var desk = SignalDesk()
        let bitcoin = try symbol("BTCUSDT")
        for loss in 0..<4 { desk.close("\(loss)", strategy: strategy.name, isWin: false, at: time(Int64(loss))) }
        desk.close("x", strategy: strategy.name, isWin: nil, at: time(4))
        #expect(desk.admits(strategy, bitcoin, .buy, at: time(4)))
        desk.close("y", strategy: strategy.name, isWin: false, at: time(5))
        #expect(!desk.admits(strategy, bitcoin, .buy, at: time(28)))
        #expect(desk.admits(other, bitcoin, .buy, at: time(6)))
        #expect(desk.admits(strategy, bitcoin, .buy, at: time(29)))
        desk.close("z", strategy: strategy.name, isWin: true, at: time(29))
        #expect(desk.admits(strategy, bitcoin, .buy, at: time(29)))
    }

    @Test(
        "A symbol's tier follows from the symbol alone",
        arguments: [
            ("BTCUSDT", Tier.free), ("BTCUSDT-PERP", .free), ("ETHUSDC", .free), ("SOLUSDT-PERP", .pro),
            ("ETHBTC", .free), ("DOGEUSDT", .premium), ("WBTCUSDT", .premium), ("USDT", .premium),
        ]
    )
    func tiers(name: String, tier: Tier) throws {
        #expect(MinTierRule.minTier(of: try symbol(name)) == tier)
    }

    /// A changed condition must raise the version: then its line here changes as a whole, and never alone.
    @Test("What decides on a strategy's signals is what stands under its version")
    func fingerprints() {
        #expect(
            SignalStrategy.shipped.map(\.fingerprint) == [
                "mean_reversion 1 0.52; mean24 -1000000000.0 -2.0; strength14 -0.5 -0.15",
                "relative_strength 1 0.52; rank24 0.25 0.5; rank168 0.1 0.5; candleRange 0.0 2.0; "
                    + "move1 -1000000000.0 2.0",
                "composite 1 0.52",
                "trend_pullback 1 0.52; move168 0.5 1000000000.0; mean200 0.0 1000000000.0; place24 -0.5 -0.1; "
                    + "strength4 -0.5 0.0",
                "volume_breakout 1 0.52; place72 0.4 0.5; volume 0.8 1000000000.0",
                "flush_reversal 1 0.52; candleRange 1.8 1000000000.0; move1 -1000000000.0 -1.5; "
                    + "volume 1.2 1000000000.0",
            ]
        )
    }
}
