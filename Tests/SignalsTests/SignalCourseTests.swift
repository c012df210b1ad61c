import Markets
import Signals
import Testing

/// A buy at 100 with its stop at 98 and targets at 102, 104 and 106; without costs unless they are the point.
private func course(
    _ direction: SignalDirection = .buy,
    costs: SignalCosts = SignalCosts(fee: 0, slippage: 0)
) throws -> SignalCourse {
    let prices = direction == .buy ? ["100", "98", "102", "104", "106"] : ["100", "102", "98", "96", "94"]
    let levels = try prices.map { try #require(Price($0)) }
    return SignalCourse(
        levels: try SignalLevels(direction: direction, entry: levels[0], stop: levels[1], targets: Array(levels[2...])),
        bornAt: MarketTime(milliseconds: 0),
        expiresAt: MarketTime(milliseconds: 600_000),
        costs: costs
    )
}

/// A candle of the minute that begins so many minutes after the birth.
private func candle(_ minute: Int64, _ open: String, _ high: String, _ low: String, _ close: String) throws -> Candle {
    Candle(
        symbol: try #require(Symbol("BTCUSDT")),
        interval: .oneMinute,
        openTime: MarketTime(milliseconds: minute * 60_000),
        open: try #require(Price(open)),
        high: try #require(Price(high)),
        low: try #require(Price(low)),
        close: try #require(Price(close)),
        volume: .zero,
        quoteVolume: .zero,
        trades: 1,
        isClosed: true
    )
}

private func trade(_ price: String, at time: Int64) throws -> SignalEvent {
    .trade(price: try #require(Price(price)), at: MarketTime(milliseconds: time))
}

private func end(_ steps: [SignalStep]) -> SignalVerdict? {
    for case .closed(let verdict) in steps { return verdict }
    return nil
}

@Suite("A signal's course")
struct SignalCourseTests {
    struct Path: Sendable, CustomTestStringConvertible {
        var name: String
        var direction = SignalDirection.buy
        /// Open, high, low and close of consecutive minutes.
        var candles: [[String]]
        var outcome: SignalOutcome
        var result: Double
        var testDescription: String { name }
    }

    @Test(
        "Candles lead to the outcome and the result that were worked out by hand",
        arguments: [
            Path(name: "stopped", candles: [["100", "100.5", "97", "97"]], outcome: .stopLoss, result: -2),
            Path(
                name: "gap through the stop",
                candles: [["100", "101", "99", "99"], ["95", "96", "94", "95"]],
                outcome: .stopLoss,
                result: -5
            ),
            Path(
                name: "first target, then back to the entry",
                candles: [["100", "102", "99.5", "101"], ["101", "101", "99", "99"]],
                outcome: .tp1,
                result: 0.67
            ),
            Path(
                name: "two targets, then back",
                candles: [["100", "104", "99.5", "103"], ["103", "103", "90", "90"]],
                outcome: .tp2,
                result: 2
            ),
            Path(name: "all targets in one candle", candles: [["100", "106", "99", "105"]], outcome: .tp3, result: 4),
            Path(
                name: "stop and target in one candle",
                candles: [["100", "102", "98", "101"]],
                outcome: .ambiguous,
                result: -2
            ),
            Path(
                name: "the open has passed the target before the stop comes",
                candles: [["100", "101", "99", "101"], ["102.5", "103", "97", "98"]],
                outcome: .tp1,
                result: 0.67
            ),
            Path(
                name: "a sell reaches all its targets",
                direction: .sell,
                candles: [["100", "101", "94", "95"]],
                outcome: .tp3,
                result: 4
            ),
            Path(
                name: "a sell is stopped",
                direction: .sell,
                candles: [["100", "103", "99", "103"]],
                outcome: .stopLoss,
                result: -2
            ),
        ]
    )
    func paths(path: Path) throws {
        var course = try course(path.direction)
        var steps: [SignalStep] = []
        for (minute, prices) in path.candles.enumerated() {
            steps += course.handle(.candle(try candle(Int64(minute), prices[0], prices[1], prices[2], prices[3])))
        }
        let verdict = try #require(end(steps))
        #expect(verdict.outcome == path.outcome)
        #expect(verdict.resultPercent == path.result)
        #expect(course.isOver)
    }

    @Test("Fees on both sides and slippage at the market are in the result")
    func costs() throws {
        let costs = SignalCosts(fee: 0.001, slippage: 0.0002)
        var stopped = try course(costs: costs)
        // Bought at 100.02, sold at 98 × 0.9998 = 97.9804; fees of 0.1 % and of 0.1 % × 97.9804/100.02.
        let steps = stopped.handle(.candle(try candle(0, "100", "100", "98", "98")))
        #expect(end(steps)?.resultPercent == -2.24)
        var won = try course(costs: costs)
        // Thirds at 102, 104 and 106 without slippage: 4 %, less 0.02 % and 0.204 % of fees.
        let wins = won.handle(.candle(try candle(0, "100", "106", "100", "106")))
        #expect(end(wins)?.resultPercent == 3.78)
    }

    @Test("Trades one by one tell what a candle cannot")
    func trades() throws {
        var course = try course()
        #expect(
            course.handle(try trade("100", at: 1)) == [.entered(price: course.levels.entry, at: .init(milliseconds: 1))]
        )
        #expect(
            course.handle(try trade("102", at: 2)) == [.targetReached(1, at: MarketTime(milliseconds: 2))]
        )
        let steps = course.handle(try trade("98", at: 3))
        #expect(end(steps)?.outcome == .tp1)
    }

    @Test("A hole is no win, whatever the price after it")
    func gap() throws {
        var course = try course()
        _ = course.handle(try trade("100", at: 1))
        let verdict = try #require(end(course.handle(.gap(until: MarketTime(milliseconds: 240_000)))))
        #expect(verdict.outcome == .dataGap)
        #expect(verdict.resultPercent == -2)
        #expect(!verdict.outcome.isWin)
    }

    @Test("What was won before a hole stays won, and the rest is booked at its stop")
    func gapAfterTarget() throws {
        var course = try course()
        _ = course.handle(try trade("100", at: 1))
        _ = course.handle(try trade("102", at: 2))
        let verdict = try #require(end(course.handle(.gap(until: MarketTime(milliseconds: 240_000)))))
        #expect(verdict.outcome == .tp1)
        #expect(verdict.resultPercent == 0.67)
    }

    @Test("Time that runs out closes at the last price and is no win")
    func expiry() throws {
        var course = try course()
        _ = course.handle(try trade("100", at: 1))
        let time = MarketTime(milliseconds: 600_000)
        let last = try #require(Price("101"))
        let verdict = try #require(end(course.handle(.expiry(price: last, at: time))))
        #expect(verdict.outcome == .expired)
        #expect(verdict.resultPercent == 1)
        #expect(verdict.closedAt == time)
    }

    @Test("A price at the expiry or after it is not the signal's any more")
    func tooLate() throws {
        var course = try course()
        _ = course.handle(try trade("100", at: 1))
        #expect(course.handle(try trade("106", at: 600_000)) == [])
        #expect(course.handle(.candle(try candle(10, "100", "106", "100", "106"))) == [])
    }

    @Test("A candle that began before the birth is not the signal's")
    func tooEarly() throws {
        var course = try course()
        #expect(course.handle(.candle(try candle(-1, "100", "106", "90", "100"))) == [])
        #expect(course.stage == .awaitingEntry)
    }

    @Test("Who comes too late to enter does not enter", arguments: ["98", "97", "102", "110"])
    func missed(price: String) throws {
        var course = try course()
        let time = MarketTime(milliseconds: 5)
        #expect(course.handle(try trade(price, at: 5)) == [.cancelled(.entryMissed, at: time)])
        #expect(course.isOver)
    }

    @Test("A signal is taken back before it is entered, and not after")
    func cancellation() throws {
        var waiting = try course()
        let time = MarketTime(milliseconds: 5)
        #expect(waiting.handle(.cancellation(at: time)) == [.cancelled(.takenBack, at: time)])
        var open = try course()
        _ = open.handle(try trade("100", at: 1))
        #expect(open.handle(.cancellation(at: time)) == [])
        #expect(!open.isOver)
    }

    @Test("Levels that are not in their order are none")
    func levels() throws {
        let price = { (text: String) throws -> Price in try #require(Price(text)) }
        for texts in [
            ["100", "101", "102", "103", "104"], ["100", "98", "102", "102", "104"], ["100", "98", "99", "103", "104"],
            ["100", "100", "102", "103", "104"], ["100", "98", "104", "103", "102"],
        ] {
            let prices = try texts.map(price)
            #expect(throws: SignalLevelsError.outOfOrder) {
                try SignalLevels(direction: .buy, entry: prices[0], stop: prices[1], targets: Array(prices[2...]))
            }
        }
        #expect(throws: SignalLevelsError.notAboveZero) {
            try SignalLevels(
                direction: .sell,
                entry: price("2"),
                stop: price("3"),
                targets: [price("1"), price("0.5"), price("0")]
            )
        }
        #expect(throws: SignalLevelsError.targetsNotThree(1)) {
            try SignalLevels(direction: .buy, entry: price("2"), stop: price("1"), targets: [price("3")])
        }
    }
}
