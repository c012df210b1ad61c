import APIContract
import Foundation
import TestKit
import Testing

@Suite("Liquidation prices over HTTP", .timeLimit(.minutes(2)))
struct LiquidationCalculationTests {
    private static let path = "/api/v1/market/liquidations/calculate"

    private static func body(_ fields: [String: String], without: [String] = []) -> String {
        var all = [
            "exchange": #""binance""#, "symbol": #""BTCUSDT-PERP""#, "side": #""long""#, "marginMode": #""isolated""#,
            "entryPrice": #""60000""#, "quantity": #""0.5""#, "leverage": "20",
        ]
        all.merge(fields) { _, new in new }
        for name in without { all[name] = nil }
        return "{" + all.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",") + "}"
    }

    private static let worked: [(fields: [String: String], price: String?, tier: Int)] = [
        // 1,500 − 30,000 + 0.5·P = 0.5·P·0.004, below 50,000 of notional.
        ([:], "57228.9156626506", 1),
        (["side": #""short""#], "62749.0039840638", 1),
        // At the entry 30,000·0.005 is asked for: (1,500 − 150)/0.5 below it.
        (["exchange": #""bybit""#], "57300", 1),
        (["marginMode": #""cross""#, "walletBalance": #""2994""#], "54228.9156626506", 1),
        // Inverse: 0.05 coins stand behind 30,000 USD at 60,000 with 10 times.
        (
            [
                "exchange": #""okx""#, "symbol": #""BTCUSD-PERP""#, "quantity": #""30000""#, "leverage": "10",
            ], "57300", 1
        ),
        // The whole price as margin: nothing above zero liquidates.
        (["leverage": "1"], nil, 1),
    ]

    @Test("A price is what the venue's rule says, with the tier that it follows from")
    func prices() async throws {
        try await LiveAPI.serving { api in
            let token = try api.token()
            for one in Self.worked {
                let answer = try await api.post(Self.path, Self.body(one.fields), token: token)
                #expect(answer.status == 200, "\(one.fields)")
                let view = try answer.decoded(LiquidationAnswerView.self)
                let (found, price) = (view.liquidationPrice.flatMap(Double.init), one.price.flatMap(Double.init))
                #expect((found == nil) == (price == nil), "\(one.fields)")
                if let found, let price { #expect((found / price - 1).magnitude < 1e-12, "\(found), not \(price)") }
                #expect(view.tier == one.tier)
                #expect(view.tiersVersion == "2026-11")
                #expect((view.liquidationPrice == nil) == (view.distancePercent == nil))
            }
        }
    }

    @Test("Other positions of the wallet and the other leg of a hedge count")
    func shared() async throws {
        try await LiveAPI.serving { api in
            let token = try api.token()
            func price(_ more: [String: String]) async throws -> Double {
                var fields = ["marginMode": #""cross""#, "walletBalance": #""3000""#]
                fields.merge(more) { _, new in new }
                let answer = try await api.post(Self.path, Self.body(fields), token: token)
                let view = try answer.decoded(LiquidationAnswerView.self)
                return try #require(view.liquidationPrice.flatMap(Double.init))
            }
            let alone = try await price([:])
            let other =
                #"{"symbol":"ETHUSDT-PERP","side":"short","quantity":"1","entryPrice":"2000","markPrice":"2500"}"#
            #expect(try await price(["otherPositions": "[\(other)]"]) > alone)
            #expect(try await price(["opposite": #"{"quantity":"0.2","entryPrice":"60000"}"#]) < alone)
        }
    }

    @Test(
        "What is wrong is named, all of it at once",
        arguments: [
            (body([:], without: ["exchange", "side", "quantity"]), ["exchange", "quantity", "side"]),
            (body(["entryPrice": #""0""#, "quantity": "1", "side": #""up""#]), ["entryPrice", "quantity", "side"]),
            (body(["leverage": "126"]), ["leverage"]), (body(["leverage": "0.5"]), ["leverage"]),
            (body(["symbol": #""BTCUSDT""#]), ["symbol"]), (body(["symbol": #""btc""#]), ["symbol"]),
            (body(["quantity": #""1000000""#]), ["quantity"]), (body([:], without: ["leverage"]), ["leverage"]),
            (body(["marginMode": #""cross""#]), ["walletBalance"]),
            (body(["marginMode": #""cross""#, "walletBalance": #""100""#]), ["walletBalance"]),
            (
                body(["walletBalance": #""100""#, "otherPositions": "[{}]"]),
                [
                    "otherPositions[0].entryPrice", "otherPositions[0].markPrice", "otherPositions[0].quantity",
                    "otherPositions[0].side", "otherPositions[0].symbol", "walletBalance",
                ]
            ),
            (body(["margin": #""10""#]), ["margin"]), (body(["funding": "1"]), ["funding"]),
            (body(["markPrice": #""50000""#]), ["leverage"]),
        ]
    )
    func wrong(body: String, fields: [String]) async throws {
        try await LiveAPI.serving { api in
            let answer = try await api.post(Self.path, body, token: try api.token())
            #expect(answer.status == 422, "\(body)")
            let problem = try answer.decoded(ProblemDetails.self)
            #expect(problem.errors?.map(\.field).sorted() == fields)
        }
    }
}
