import Foundation
import Markets
import TestKit
import Testing
import VenueSimulator

@Suite("Binance dialect, REST", .fewAtOnce, .timeLimit(.minutes(2)))
struct BinanceRESTTests {
    static let source = VenueSimulator.Source.market(seed: 42, tradesPerSecond: 500, assets: 24)

    @Test("The server's time is now, and ping is answered with nothing")
    func time() async throws {
        try await Harness.with(Self.source) { venue in
            let before = MarketClock.system.now().milliseconds
            let answer = try await venue.get("/api/v3/time")
            let time = try #require((answer.json as? [String: Any])?["serverTime"] as? Int64)
            #expect(abs(time - before) < 5000)
            #expect(try await venue.get("/api/v3/ping").text == "{}")
            #expect(answer.headers["content-type"]?.hasPrefix("application/json") == true)
        }
    }

    @Test(
        "Answers have the keys and kinds of the venue's own",
        .enabled(if: SharedData.isPresent, "the recorded payloads are not here"),
        arguments: [
            ("/api/v3/ticker/24hr?symbols=%5B%22BTCUSDT%22,%22ETHUSDT%22%5D", "spot-ticker24hr-2026.json"),
            ("/api/v3/depth?symbol=BTCUSDT&limit=5", "spot-depth5-2026.json"),
        ]
    )
    func shapes(target: String, recording: String) async throws {
        let recorded = try SharedData.bytes("exchanges/binance/rest/" + recording)
        try await Harness.with(Self.source) { venue in
            let answer = try await venue.get(target)
            #expect(answer.status == 200)
            let expected = try #require(Shape(json: recorded))
            #expect(Shape(json: answer.body) == expected)
        }
    }

    @Test("Candle rows have the venue's twelve fields", .enabled(if: SharedData.isPresent, "no recorded payloads"))
    func candleShape() async throws {
        let recorded = try SharedData.bytes("exchanges/binance/rest/spot-klines-1d-2026.json")
        let recordedRows = try JSONSerialization.jsonObject(with: recorded) as? [[Any]]
        let expected = try #require(recordedRows?.first?.map(Shape.init))
        try await Harness.with(Self.source) { venue in
            let answer = try await venue.get("/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=3")
            let rows = try #require(answer.json as? [[Any]])
            #expect(rows.count == 3)
            #expect(rows[0].map(Shape.init) == expected)
        }
    }

    @Test("Every market is described with its steps", .enabled(if: SharedData.isPresent, "no recorded payloads"))
    func exchangeInfo() async throws {
        let recorded = try #require(
            Shape(json: try SharedData.bytes("exchanges/binance/rest/spot-exchangeInfo-BTCUSDT-2026.json"))
        )
        try await Harness.with(Self.source) { venue in
            let answer = try await venue.get("/api/v3/exchangeInfo?symbol=BTCUSDT")
            let ours = try #require(Shape(json: answer.body))
            #expect(ours.without(["symbols"]) == recorded.without(["symbols"]))
            guard case .array(let symbol?) = ours["symbols"], case .array(let real?) = recorded["symbols"] else {
                Issue.record("symbols is an array of objects")
                return
            }
            #expect(symbol.without(["permissions"]) == real.without(["permissions"]))
            let all = try #require((try await venue.get("/api/v3/exchangeInfo").json as? [String: Any]))
            #expect((all["symbols"] as? [Any])?.count ?? 0 > 40)
        }
    }

    @Test("Pages of candles join without a gap or an overlap, oldest first, and the last one is open")
    func paging() async throws {
        try await Harness.with(Self.source) { venue in
            let now = MarketClock.system.now().milliseconds
            var start = (now / 60_000 - 2500) * 60_000
            let first = start
            var times: [Int64] = []
            while true {
                let target = "/api/v3/klines?symbol=ETHUSDT&interval=1m&startTime=\(start)&limit=1000"
                let rows = try #require(try await venue.get(target).json as? [[Any]])
                guard let last = rows.last?[0] as? Int64 else { break }
                times += rows.compactMap { $0[0] as? Int64 }
                #expect(rows.count <= 1000)
                start = last + 60_000
            }
            #expect(times.first == first)
            #expect(times.count >= 2501)
            #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 == 60_000 })
            let target = "/api/v3/klines?symbol=ETHUSDT&interval=1m&startTime=\(first)&endTime=\(first + 120_000)"
            #expect((try await venue.get(target).json as? [Any])?.count == 3)
            let latest = try #require(try await venue.get("/api/v3/klines?symbol=ETHUSDT&interval=1h").json as? [[Any]])
            #expect(latest.count == 500)
            #expect(try #require(latest.last?[6] as? Int64) >= now)
        }
    }

    @Test("The 24 h row is what the minute candles add up to")
    func dayAndCandles() async throws {
        // The clock stands still, so that both answers are of one moment.
        let moment = MarketTime(milliseconds: 1_760_108_392_000)
        let source = VenueSimulator.Source.market(
            seed: 42,
            tradesPerSecond: 500,
            clock: MarketClock { moment },
            assets: 8
        )
        try await Harness.with(source) { venue in
            let row = try #require(
                try await venue.get("/api/v3/ticker/24hr?symbol=SOLUSDT").json as? [String: Any]
            )
            let open = try #require(row["openTime"] as? Int64)
            var volume = FixedPoint.zero
            var trades = 0
            for start in [open, open + 1000 * 60_000] {
                let target = "/api/v3/klines?symbol=SOLUSDT&interval=1m&startTime=\(start)&limit=1000"
                for candle in try #require(try await venue.get(target).json as? [[Any]]).prefix(1000) {
                    let amount = try #require(FixedPoint(candle[5] as? String ?? ""))
                    volume = try #require(volume.adding(amount))
                    trades += try #require(candle[8] as? Int)
                }
            }
            #expect(FixedPoint(row["volume"] as? String ?? "") == volume)
            #expect(row["count"] as? Int == trades)
            #expect(try #require(row["lastId"] as? Int) - (try #require(row["firstId"] as? Int)) + 1 == trades)
        }
    }

    /// Target, status and code.
    static let wrongRequests: [(String, Int, Int)] = [
        ("/api/v3/klines?interval=1m", 400, -1102), ("/api/v3/klines?symbol=BTCUSDT&interval=7m", 400, -1120),
        ("/api/v3/klines?symbol=NOSUCH&interval=1m", 400, -1121), ("/api/v3/depth?symbol=btcusdt", 400, -1121),
        ("/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=ten", 400, -1100),
        ("/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=0", 400, -1100),
        ("/api/v3/klines?symbol=BTCUSDT&interval=1m&startTime=9&endTime=8", 400, -1127),
        ("/api/v3/ticker/24hr?symbol=BTCUSDT&symbols=%5B%22BTCUSDT%22%5D", 400, -1101),
        ("/api/v3/ticker/24hr?symbols=BTCUSDT", 400, -1100), ("/api/v3/time?x=1", 400, -1104),
        ("/api/v3/order", 404, -5000), ("/api/v3/trades?symbol=", 400, -1102),
        ("/api/v3/klines?symbol=BTCUSDT&interval=1m&startTime=99999999999999999999", 400, -1100),
    ]

    @Test("What is wrong with a request is said in the venue's codes")
    func errors() async throws {
        try await Harness.with(Self.source) { venue in
            for (target, status, code) in Self.wrongRequests {
                let answer = try await venue.get(target)
                #expect(answer.status == status, "\(target)")
                #expect((answer.json as? [String: Any])?["code"] as? Int == code, "\(target): \(answer.text)")
                #expect((answer.json as? [String: Any])?["msg"] is String, "\(target)")
            }
        }
    }

    @Test("Weight is counted and told; too much is refused, and who goes on asking is banned")
    func weights() async throws {
        try await Harness.with(Self.source) { venue in
            var used = 0
            var refusal: Harness.Answer?
            for _ in 0..<160 {
                let answer = try await venue.get("/api/v3/depth?symbol=BTCUSDT&limit=5000")
                if answer.status != 200 {
                    refusal = answer
                    break
                }
                let told = try #require(answer.headers["x-mbx-used-weight-1m"].flatMap { Int($0) })
                #expect(told == used + 250 || told == 250)  // from zero when a minute has begun
                used = told
            }
            let refused = try #require(refusal)
            #expect(refused.status == 429)
            #expect((refused.json as? [String: Any])?["code"] as? Int == -1003)
            #expect((1...60).contains(try #require(refused.headers["retry-after"].flatMap { Int($0) })))
            var banned: Harness.Answer?
            for _ in 0...10 where banned == nil {
                let answer = try await venue.get("/api/v3/depth?symbol=BTCUSDT&limit=5000")
                if answer.status == 418 { banned = answer }
            }
            let ban = try #require(banned)
            #expect(try #require(ban.headers["retry-after"].flatMap { Int($0) }) > 60)
            #expect(venue.simulator.bansIssued == 1)
            #expect(try await venue.get("/api/v3/ping").status == 418)
        }
    }
}

@Suite("Rate limits", .fewAtOnce)
struct RateLimiterTests {
    private static let noon = MarketTime(milliseconds: 1_760_097_600_000)

    @Test("The limit is exact, and a new minute starts at zero")
    func minute() throws {
        var limiter = RateLimiter()
        #expect(try limiter.charge(5999, to: "a", .binanceSpot, now: Self.noon) == 5999)
        #expect(try limiter.charge(1, to: "a", .binanceSpot, now: Self.noon) == 6000)
        #expect(throws: RateRefusal.tooMany(retryAfterSeconds: 60)) {
            try limiter.charge(1, to: "a", .binanceSpot, now: Self.noon)
        }
        #expect(try limiter.charge(80, to: "b", .binanceSpot, now: Self.noon) == 80)
        #expect(try limiter.charge(2, to: "a", .binanceSpot, now: Self.noon.adding(milliseconds: 60_000)) == 2)
    }

    @Test("A ban doubles each time and ends by itself")
    func bans() throws {
        var limiter = RateLimiter()
        var now = Self.noon
        for seconds: Int64 in [120, 240, 480] {
            #expect(throws: Never.self) { try limiter.charge(6000, to: "a", .binanceSpot, now: now) }
            for _ in 0..<10 {
                #expect(throws: RateRefusal.self) { try limiter.charge(1, to: "a", .binanceSpot, now: now) }
            }
            let until = now.adding(milliseconds: seconds * 1000)
            #expect(throws: RateRefusal.banned(until: until, retryAfterSeconds: Int(seconds))) {
                try limiter.charge(1, to: "a", .binanceSpot, now: now)
            }
            now = until
        }
        #expect(try limiter.charge(1, to: "a", .binanceSpot, now: now) == 1)
    }

    @Test("A rule without bans refuses for as long as the window lasts")
    func patience() throws {
        var limiter = RateLimiter()
        let rule = RateRule(limit: 1, windowMilliseconds: 2000, patience: nil)
        #expect(try limiter.charge(1, to: "a", rule, now: Self.noon) == 1)
        for _ in 0..<100 {
            #expect(throws: RateRefusal.tooMany(retryAfterSeconds: 2)) {
                try limiter.charge(1, to: "a", rule, now: Self.noon)
            }
        }
        #expect(try limiter.charge(1, to: "a", rule, now: Self.noon.adding(milliseconds: 2000)) == 1)
    }

    @Test("Callers are not remembered without end")
    func bound() throws {
        var limiter = RateLimiter()
        for number in 0..<10_000 {
            let time = Self.noon.adding(milliseconds: Int64(number) * 100)
            #expect(try limiter.charge(1, to: "\(number)", .binanceSpot, now: time) == 1)
        }
        #expect(limiter.callers <= 1024)
    }
}
