import APIContract
import Accounts
import Crypto
import Foundation
import Markets
import MerkleLog
import NIOCore
import NIOHTTP1
import Signals
import Storage
import StrictJSON
import TestKit
import Testing

@Suite("Signals over HTTP", .timeLimit(.minutes(5)))
struct SignalRoutesTests {
    private static func decoded<Value: Decodable>(_ answer: APIAnswer, as type: Value.Type) throws -> Value {
        #expect(answer.status == 200)
        return try JSONDecoder().decode(type, from: Data(answer.body.readableBytesView))
    }

    private static func page(_ stand: SignalStand, _ path: String, _ token: String) async throws -> SignalPage {
        try decoded(try await stand.get(path, token), as: SignalPage.self)
    }

    @Test("A signal is listed, looked up and counted as it was published, and the list says it as the channel does")
    func whole() async throws {
        try await SignalStand.serving { stand in
            var draft = SignalStand.Draft()
            draft.confidence = 53
            let signal = try await stand.publish(draft)
            let token = try await stand.token(.vip)
            let listed = try await Self.page(stand, "", token)
            guard case .shown(let view) = listed.items.first else {
                Issue.record("not shown")
                return
            }
            #expect(listed.nextCursor == nil)
            #expect(view.entryPrice == "64000" && view.stopLoss == "63000" && view.takeProfit3 == "67000")
            #expect(view.aiConfidence == 53 && view.baseRate == 47)
            #expect(view.aiTriggers.map(\.weight).reduce(0, +) == 6)
            #expect(view.createdAt == "2024-01-01T00:00:00.000Z")
            #expect(view.proof?.leafIndex == 0)
            let one = try await stand.get("/\(signal.id)", token)
            #expect(try Self.decoded(one, as: SignalView.self) == view)
            #expect(one.header("Cache-Control")?.hasPrefix("private") == true)
            let tag = try #require(one.header("ETag"))
            let again = try await stand.api.get(
                "/api/v1/signals/\(signal.id)",
                token: token,
                headers: ["If-None-Match": tag]
            )
            #expect(again.status == 304)
            try await stand.close(signal, .stopLoss, -1.8)
            let closed = try Self.decoded(try await stand.get("/\(signal.id)", token), as: SignalView.self)
            #expect(closed.status == "closed" && closed.outcome == "stop_loss" && closed.resultPnl == -1.8)
            #expect(closed.closedAt == "2024-01-01T05:00:00.000Z")
            #expect(try await Self.page(stand, "/history", token).items == [.shown(closed)])
        }
    }

    @Test("Of a signal above the caller's tier nothing but its symbol is said, whatever is asked")
    func locked() async throws {
        try await SignalStand.serving { stand in
            var draft = SignalStand.Draft()
            draft.symbol = "SOLUSDT-PERP"
            draft.minTier = .pro
            draft.confidence = 56
            let signal = try await stand.publish(draft)
            let (free, pro) = (try await stand.token(.free), try await stand.token(.pro))
            let lock = LockedSignalView(
                id: signal.id.uuidString.lowercased(),
                symbol: "SOLUSDT-PERP",
                minTier: "pro",
                locked: true,
                createdAt: "2024-01-01T00:00:00.000Z"
            )
            for path in ["", "?symbol=SOLUSDT-PERP", "?limit=1"] {
                #expect(try await Self.page(stand, path, free).items == [.locked(lock)])
            }
            // What tells locked ones apart by what is kept from the caller leaves them out.
            for filter in [
                "direction=buy", "direction=sell", "minConfidence=50", "exchange=binance", "status=active",
                "status=closed",
            ] {
                #expect(try await Self.page(stand, "?" + filter, free).items.isEmpty, "\(filter)")
            }
            #expect(try await Self.page(stand, "?direction=buy", pro).items.count == 1)
            for path in [
                "/\(signal.id)", "/\(signal.id)/plan?balance=1000&riskPercent=1", "/log/inclusion/\(signal.id)",
            ] {
                let refused = try await stand.get(path, free)
                #expect(refused.status == 403)
                #expect(refused.code == "tier_required")
                #expect(refused.json?["requiredTier"]?.text == "pro")
                #expect(!String(buffer: refused.body).contains("64000"))
                #expect(try await stand.get(path, pro).status == 200)
            }
            try await stand.close(signal, .tp3, 4.2)
            #expect(try await Self.page(stand, "", free).items == [.locked(lock)])
            #expect(try await Self.page(stand, "/history", free).items.isEmpty)
            let stats = try Self.decoded(try await stand.get("/stats", free), as: SignalStatsView.self)
            #expect(stats.count == 0 && stats.open == 0 && stats.bySymbol.isEmpty)
            #expect(try Self.decoded(try await stand.get("/stats", pro), as: SignalStatsView.self).count == 1)
        }
    }

    @Test(
        "A new signal, and its end, are shown when the tier's delay is over, and not a second sooner",
        arguments: [(Tier.free, Int64(900)), (.pro, 60), (.premium, 10), (.vip, 0)]
    )
    func delayed(tier: Tier, seconds: Int64) async throws {
        try await SignalStand.serving { stand in
            let token = try await stand.token(tier)
            var draft = SignalStand.Draft()
            // A token lives as long as the longest delay: the wait is over in five seconds.
            draft.published = stand.now.adding(milliseconds: 5_001 - seconds * 1_000)
            let signal = try await stand.publish(draft)
            func isShown() async throws -> Bool {
                let listed = try await Self.page(stand, "", token).items.count
                let found = try await stand.get("/\(signal.id)", token).status
                let proved = try await stand.get("/log/inclusion/\(signal.id)", token).status
                #expect(found == (listed == 1 ? 200 : 404))
                #expect(proved == found)
                return listed == 1
            }
            stand.api.clock.advance(milliseconds: 5_000)
            #expect(try await !isShown())
            stand.api.clock.advance(milliseconds: 1)
            #expect(try await isShown())
            let end = SignalVerdict(
                outcome: .tp1,
                resultPercent: 1,
                resultR: 0.5,
                closedAt: stand.now.adding(milliseconds: 5_001 - seconds * 1_000)
            )
            try await stand.conclude(signal, .closed(end))
            stand.api.clock.advance(milliseconds: 5_000)
            #expect(
                try Self.decoded(try await stand.get("/\(signal.id)", token), as: SignalView.self).status == "active"
            )
            #expect(try await Self.page(stand, "?status=active", token).items.count == 1)
            #expect(try await Self.page(stand, "/history", token).items.isEmpty)
            #expect(try await stand.get("/log/inclusion/\(signal.id)?entry=outcome", token).status == 404)
            stand.api.clock.advance(milliseconds: 1)
            #expect(
                try Self.decoded(try await stand.get("/\(signal.id)", token), as: SignalView.self).status == "closed"
            )
            #expect(try await Self.page(stand, "/history", token).items.count == 1)
            #expect(try await stand.get("/log/inclusion/\(signal.id)?entry=outcome", token).status == 200)
        }
    }

    @Test("Pages follow each other without a hole or a repetition while signals come in")
    func paging() async throws {
        try await SignalStand.serving { stand in
            let token = try await stand.token(.vip)
            var born: [String] = []
            var draft = SignalStand.Draft()
            for number in 0..<7 {
                // Two at a time, so that the time alone does not tell them apart.
                draft.born = number / 2
                let signal = try await stand.publish(draft)
                born.append(signal.id.uuidString.lowercased())
                try await stand.close(signal, .expired, 0.1)
            }
            for list in ["", "/history"] {
                var seen: [String] = []
                var cursor: String?
                repeat {
                    let page = try await Self.page(
                        stand,
                        "\(list)?limit=2" + (cursor.map { "&cursor=" + $0 } ?? ""),
                        token
                    )
                    seen += page.items.compactMap { item in
                        if case .shown(let view) = item { view.id } else { nil }
                    }
                    cursor = page.nextCursor
                    draft.born = 50 + seen.count
                    let late = try await stand.publish(draft)
                    try await stand.close(late, .expired, 0.1)
                } while cursor != nil
                #expect(seen.filter(born.contains).sorted() == born.sorted())
                #expect(Set(seen).count == seen.count)
            }
        }
    }

    @Test(
        "Every wrong parameter is named at once",
        arguments: [
            (
                "?status=open&symbol=b&exchange=nyse&direction=up&minConfidence=101&limit=0&cursor=x",
                ["cursor", "direction", "exchange", "limit", "minConfidence", "status", "symbol"]
            ),
            ("/history?limit=201&cursor=1_2&strategy=%20", ["cursor", "limit", "strategy"]),
            ("/stats?period=2d&symbol=-", ["period", "symbol"]),
            ("/log/consistency", ["from", "to"]), ("/log/consistency?from=0&to=-1", ["from", "to"]),
            ("/log/consistency?from=3&to=2", ["to"]), ("/log/consistency?from=1&to=900", ["to"]),
            ("/ID/plan", ["balance", "riskPercent"]),
            ("/ID/plan?balance=1e5&riskPercent=101&exchange=x", ["balance", "exchange", "riskPercent"]),
            ("/ID/plan?balance=0&riskPercent=-1", ["balance", "riskPercent"]),
            ("/ID/plan?balance=NaN&riskPercent=NaN", ["balance", "riskPercent"]),
            ("/ID/plan?balance=10000000000000&riskPercent=1", ["balance"]),
            ("/ID/plan?balance=0.000001&riskPercent=0.000001", ["balance"]),
            ("/log/inclusion/ID?size=0&entry=x", ["entry", "size"]), ("/log/inclusion/ID?size=77", ["size"]),
        ]
    )
    func wrong(path: String, fields: [String]) async throws {
        try await SignalStand.serving { stand in
            let signal = try await stand.publish(SignalStand.Draft())
            let answer = try await stand.get(
                path.replacingOccurrences(of: "ID", with: signal.id.uuidString),
                try await stand.token(.vip)
            )
            #expect(answer.status == 422)
            let problem = try JSONDecoder().decode(ProblemDetails.self, from: Data(answer.body.readableBytesView))
            #expect(problem.errors?.map(\.field).sorted() == fields)
        }
    }

    @Test("Filters pick what they name")
    func filters() async throws {
        try await SignalStand.serving { stand in
            let token = try await stand.token(.vip)
            var draft = SignalStand.Draft()
            draft.confidence = 53
            let bought = try await stand.publish(draft)
            draft.direction = .sell
            draft.symbol = "ETHUSDT-PERP"
            draft.venue = .okx
            draft.strategy = "mean_reversion"
            draft.confidence = nil
            let sold = try await stand.publish(draft)
            try await stand.close(sold, .tp1, 0.4)
            func ids(_ path: String) async throws -> [String] {
                try await Self.page(stand, path, token).items.compactMap { item in
                    if case .shown(let view) = item { view.id } else { nil }
                }
            }
            let (first, second) = (bought.id.uuidString.lowercased(), sold.id.uuidString.lowercased())
            for path in [
                "?status=active", "?direction=buy", "?symbol=BTCUSDT-PERP", "?exchange=binance", "?minConfidence=53",
            ] {
                #expect(try await ids(path) == [first], "\(path)")
            }
            for path in [
                "?status=closed", "?direction=sell", "?symbol=ETHUSDT-PERP", "?exchange=okx", "/history",
                "/history?strategy=mean_reversion", "/history?symbol=ETHUSDT-PERP",
            ] {
                #expect(try await ids(path) == [second], "\(path)")
            }
            for path in ["?minConfidence=54", "?status=cancelled", "/history?strategy=composite"] {
                #expect(try await ids(path).isEmpty, "\(path)")
            }
        }
    }

    @Test("A plan risks what was asked for, and its liquidation lies behind the stop", arguments: Venue.allCases)
    func plan(venue: Venue) async throws {
        try await SignalStand.serving { stand in
            let token = try await stand.token(.free)
            let signal = try await stand.publish(SignalStand.Draft())
            let path = "/\(signal.id)/plan?balance=10000&riskPercent=1&exchange=\(venue.rawValue)"
            let plan = try Self.decoded(try await stand.get(path, token), as: SignalPlanView.self)
            #expect(plan.riskAmount == "100")
            let lost = try #require(Double(plan.lossAtStop))
            #expect(lost <= 100 && lost > 99.999)
            #expect(plan.exchange == venue.rawValue)
            let liquidation = try #require(plan.liquidationPrice.flatMap(Double.init))
            #expect(liquidation < 63_000 * 0.995)
            #expect(plan.leverage > 5 && plan.leverage <= plan.maxLeverage)
            #expect(plan.limitedBy == nil)
            #expect(plan.tiersVersion == "2026-11")
            #expect(plan.tiersSource.hasPrefix("assumed") == [.okx, .mexc].contains(venue))
        }
    }

    @Test("What the signal came to elsewhere and later is said once it is over, with the range of all venues")
    func verdicts() async throws {
        try await SignalStand.serving { stand in
            let token = try await stand.token(.free)
            let signal = try await stand.publish(SignalStand.Draft())
            let path = "/\(signal.id)/verdicts"
            let sides = SideVerdictStore.postgres(stand.pool)
            try await sides.save(
                signal.id,
                [
                    SideVerdict(side: .venue(.okx), outcome: .stopLoss, resultPercent: -1.8),
                    SideVerdict(side: .venue(.bybit), outcome: .tp2, resultPercent: 1.1),
                    SideVerdict(side: .tier(.free), outcome: nil, resultPercent: nil),
                    SideVerdict(side: .tier(.vip), outcome: .tp1, resultPercent: 0.4),
                ]
            )
            let active = try Self.decoded(try await stand.get(path, token), as: SignalVerdictsView.self)
            #expect(active.outcome == nil && active.venues.isEmpty && active.delivered.isEmpty && active.best == nil)
            try await stand.close(signal, .tp1, 0.5)
            let view = try Self.decoded(try await stand.get(path, token), as: SignalVerdictsView.self)
            #expect(view.outcome == "tp1" && view.resultPnl == 0.5)
            #expect(view.worst == -1.8 && view.best == 1.1)
            #expect(view.venues.map(\.exchange) == ["bybit", "okx"])
            #expect(view.delivered.map(\.tier) == ["free", "vip"])
            #expect(view.delivered.map(\.delaySeconds) == [900, 0])
            #expect(view.delivered.first?.outcome == "cancelled")
        }
    }

    @Test("A client that knows the key follows the record from checkpoint to checkpoint, and each signal into it")
    func proofs() async throws {
        try await SignalStand.serving { stand in
            let token = try await stand.token(.vip)
            #expect(try await stand.get("/log/checkpoint", token).status == 404)
            var signals: [Signal] = []
            for _ in 0..<3 { signals.append(try await stand.publish(SignalStand.Draft())) }
            try await stand.sign()
            let key = try Self.decoded(try await stand.get("/log/key", token), as: SignalLogKeyView.self)
            let first = try await Self.checkpoint(stand, key, token)
            for _ in 0..<4 { signals.append(try await stand.publish(SignalStand.Draft())) }
            try await stand.close(signals[1], .tp2, 2)
            try await stand.sign()
            let second = try await Self.checkpoint(stand, key, token)
            #expect(first.size == 3 && second.size == 8)

            let way = try Self.decoded(
                try await stand.get("/log/consistency?from=3&to=8", token),
                as: SignalConsistencyView.self
            )
            #expect(
                MerkleProofs.isConsistent(
                    from: (3, try Self.hash(first.rootHash)),
                    to: (8, try Self.hash(second.rootHash)),
                    proof: try way.proof.map(Self.hash)
                )
            )
            for signal in signals {
                let proof = try await Self.inclusion(stand, "/log/inclusion/\(signal.id)", second, token)
                #expect(proof.content == RecordEntry(publicationOf: signal).text)
                #expect(proof.entry == "publication")
            }
            let end = try await Self.inclusion(stand, "/log/inclusion/\(signals[1].id)?entry=outcome", second, token)
            #expect(end.content.contains(#""outcome":"tp2""#))
            #expect(try await stand.get("/log/inclusion/\(signals[0].id)?entry=outcome", token).status == 404)
            // In the record as it was before the signal came, it is not.
            #expect(try await stand.get("/log/inclusion/\(signals[6].id)?size=3", token).status == 422)
        }
    }

    /// The checkpoint, its signature verified from what the contract says of it.
    private static func checkpoint(
        _ stand: SignalStand,
        _ key: SignalLogKeyView,
        _ token: String
    ) async throws -> SignalCheckpointView {
        let view = try decoded(try await stand.get("/log/checkpoint", token), as: SignalCheckpointView.self)
        let date = try Date(view.signedAt, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        let milliseconds = Int64((date.timeIntervalSince1970 * 1000).rounded())
        let text = "\(view.origin)\n\(view.size)\n\(view.rootHash)\n\(milliseconds)\n"
        let publicKey = try Curve25519.Signing.PublicKey(
            rawRepresentation: #require(Data(base64Encoded: key.publicKey))
        )
        let signature = try #require(Data(base64Encoded: view.signature))
        #expect(publicKey.isValidSignature(signature, for: Data(text.utf8)))
        #expect(view.keyId == key.keyId)
        return view
    }

    private static func inclusion(
        _ stand: SignalStand,
        _ path: String,
        _ checkpoint: SignalCheckpointView,
        _ token: String
    ) async throws -> SignalInclusionView {
        let answer = try await stand.get(path, token)
        #expect(answer.body.readableBytes < 2_048)
        let view = try decoded(answer, as: SignalInclusionView.self)
        let leaf = MerkleHash.leaf(Data(view.content.utf8))
        #expect(leaf.hex == view.leafHash)
        #expect(view.size == checkpoint.size && view.rootHash == checkpoint.rootHash)
        #expect(
            MerkleProofs.includes(
                leaf,
                at: view.leafIndex,
                inSize: checkpoint.size,
                root: try hash(checkpoint.rootHash),
                proof: try view.proof.map(hash)
            )
        )
        return view
    }

    private static func hash(_ text: String) throws -> MerkleHash { try #require(MerkleHash(hex: text)) }
}
