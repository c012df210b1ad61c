import Liquidations
import Testing

@Suite("How well a map foresaw")
struct MapScoreTests {
    private static func level(_ price: Double, _ mass: Double) -> LiquidationMap.Level {
        LiquidationMap.Level(price: price, long: mass, short: 0, byLeverage: [mass])
    }

    /// Trials in which the price falls by 5 % and everything is liquidated at one price.
    private static func score(trials: Int, foreseen: Double, liquidated: Double) -> MapScore.Standing {
        var score = MapScore()
        for _ in 0..<trials {
            score.begin([level(foreseen, 10), level(1_000, 1)], at: 1_000)
            score.see(liquidated: 5_000, at: liquidated)
            score.see(low: 950, high: 1_000)
        }
        return score.standing
    }

    @Test("A map that names the price of every liquidation is all right and better than chance")
    func right() {
        let standing = Self.score(trials: 12, foreseen: 970.5, liquidated: 970.4)
        #expect(standing.trials == 12 && standing.precision == 1 && standing.chance < 0.15)
        #expect(standing.isBetterThanChance && !standing.isMuted)
    }

    @Test("One that names another is muted, once there were trials enough to say so")
    func wrong() {
        let few = Self.score(trials: 9, foreseen: 990.5, liquidated: 960.5)
        #expect(few.precision == 0 && !few.isBetterThanChance && !few.isMuted)
        #expect(Self.score(trials: 10, foreseen: 990.5, liquidated: 960.5).isMuted)
    }

    @Test("Where the price never came, and where nothing was liquidated, nothing is judged")
    func unjudged() {
        var score = MapScore()
        #expect(score.isIdle)
        score.begin([Self.level(900, 10)], at: 1_000)
        score.see(liquidated: 5_000, at: 900.5)
        score.see(low: 995, high: 1_003)
        #expect(!score.isIdle && score.standing.trials == 0)
        score.see(low: 990, high: 1_015)
        #expect(score.isIdle && score.standing.trials == 0)
    }
}
