import APIContract
import Foundation
import TestKit
import Testing

@Suite("Four venues", .fewAtOnce, .timeLimit(.minutes(3)))
struct FourVenuesTests {
    private static let venues: Set = ["binance", "bybit", "okx", "mexc"]

    /// Asks until the answer is as expected; the suite's time limit ends a vain wait.
    ///
    /// A ticker frame is waited for before each new look, so that the market has moved meanwhile.
    private func answer<Value: Decodable>(
        _ path: String,
        as type: Value.Type,
        _ client: TestClient,
        _ socket: TestSocket,
        until fits: (Value) -> Bool
    ) async throws -> Value {
        while true {
            let answer = try await client.get(path)
            if answer.status == 200 {
                let value = try answer.decoded(type)
                if fits(value) { return value }
            }
            _ = try #require(try await socket.first("ticker"))
        }
    }

    @Test("Every venue is heard, and one price, one book and one tape are made of all of them")
    func allTogether() async throws {
        let server = try await ServerProcess(environment: ["VENUES": "binance,bybit,okx,mexc"])
        let client = try await TestClient.registered(server)
        let socket = try await TestSocket(client)
        socket.send(#"{"type":"subscribe","channels":["tickers"]}"#)

        for symbol in ["BTCUSDT", "BTCUSDT-PERP"] {
            let ticker = try await answer("/api/v1/market/ticker/\(symbol)", as: TickerView.self, client, socket) {
                Set($0.exchanges.map(\.exchange)) == Self.venues && $0.exchanges.allSatisfy { !$0.stale }
            }
            let prices = ticker.exchanges.compactMap { Decimal(string: $0.price) }
            let price = try #require(Decimal(string: ticker.price))
            #expect(try #require(prices.min()) <= price && price <= (try #require(prices.max())))
        }

        let book = try await answer("/api/v1/market/orderbook/ETHUSDT?depth=20", as: OrderBookView.self, client, socket)
        {
            $0.state == "live" && $0.exchanges?.allSatisfy { $0.state == "live" } == true && $0.exchanges?.count == 4
        }
        let bids = book.bids.compactMap { Decimal(string: $0.price) }
        let asks = book.asks.compactMap { Decimal(string: $0.price) }
        #expect(bids.count == 20 && bids == bids.sorted(by: >))
        #expect(asks.count == 20 && asks == asks.sorted())
        #expect(bids[0] < asks[0])
        #expect(Set((book.bids + book.asks).flatMap { ($0.venues ?? [:]).keys }) == Self.venues)

        // All four are marked, whatever their connections do at this moment.
        let states = try await answer("/api/v1/market/exchanges", as: [ExchangeStateView].self, client, socket) {
            $0.count == 4 && $0.allSatisfy { $0.state == "simulated" }
        }
        #expect(Set(states.map(\.exchange)) == Self.venues)

        let tape = try await answer(
            "/api/v1/market/liquidations/BTCUSDT-PERP",
            as: LiquidationPageView.self,
            client,
            socket
        ) { !$0.recent.isEmpty }
        #expect(tape.totals.contains { $0.exchange == "bybit" && $0.completeness == "complete" })
        #expect(tape.totals.allSatisfy { $0.exchange != "mexc" })
        _ = await server.stop()
    }

    @Test("A bundle of coins is shown as the coin, and compared with the coin itself")
    func names() async throws {
        let server = try await ServerProcess(environment: ["VENUES": "binance,okx,mexc"])
        let client = try await TestClient.registered(server)
        let socket = try await TestSocket(client)
        socket.send(#"{"type":"subscribe","channels":["tickers"]}"#)
        let bundle = try await answer("/api/v1/market/ticker/PEPEUSDT-PERP", as: TickerView.self, client, socket) {
            $0.exchanges.count == 3
        }
        let prices = bundle.exchanges.compactMap { Decimal(string: $0.price) }
        #expect(try #require(prices.max()) < (try #require(prices.min())) * Decimal(1.05))
        #expect(try await client.get("/api/v1/market/ticker/1000PEPEUSDT-PERP").status == 404)
        _ = await server.stop()
    }
}
