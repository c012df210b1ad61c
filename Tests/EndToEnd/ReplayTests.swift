import APIContract
import Foundation
import NIOCore
import TestKit
import Testing

@Suite("Replay", .fewAtOnce, .timeLimit(.minutes(2)))
struct ReplayTests {
    private struct Figures: Decodable {
        struct Candle: Decodable, Equatable {
            let openTime: Int64
            let open, high, low, close, volume: String
            let trades: Int
        }
        let last: String
        let quoteVolume: String
        let candles: [Candle]
    }

    private static let session = "exchanges/binance/ws/spot-session-BTCUSDT-2024.jsonl.gz"

    @Test(
        "A recorded session served by the API equals figures computed from the file by a script in another language",
        .enabled(if: SharedData.isPresent, "the recorded market data is not beside the project: skipped")
    )
    func session() async throws {
        let file = try #require(SharedData.url).appendingPathComponent(Self.session).path
        let figures = try #require(try await Self.figures(of: file)["BTCUSDT"])
        let server = try await ServerProcess(["replay", file])
        let client = try await TestClient.registered(server)
        let socket = try await TestSocket(client)
        socket.send(#"{"type":"subscribe","channels":["tickers"]}"#)
        _ = try #require(
            try await socket.first {
                $0["symbol"] as? String == "BTCUSDT" && $0["volume"] as? String == figures.quoteVolume
            }
        )
        let ticker = try await client.get("/api/v1/market/ticker/BTCUSDT").decoded(TickerView.self)
        #expect(ticker.price == figures.last)
        #expect(ticker.volume == figures.quoteVolume)
        let page = try await client.get("/api/v1/market/candles/BTCUSDT?interval=1m").decoded(CandlePageView.self)
        let served = page.items.map {
            Figures.Candle(
                openTime: $0.openTime,
                open: $0.open,
                high: $0.high,
                low: $0.low,
                close: $0.close,
                volume: $0.volume,
                trades: $0.trades
            )
        }
        #expect(served == figures.candles)
        #expect(page.gaps.isEmpty)
        await server.stop()
    }

    private static func figures(of file: String) async throws -> [String: Figures] {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Scripts/session_figures.py")
        let answer = try await Command("/usr/bin/env", ["python3", script.path, file])
        #expect(answer.status == 0, "\(answer.errors)")
        return try JSONDecoder().decode([String: Figures].self, from: Data(answer.output.utf8))
    }

    @Test("A file that is no recording is refused by name before anything starts")
    func badFiles() async throws {
        for (name, text) in [
            ("nothing.csv", ""), ("odd-name.csv", "a,b\n1,2\n"), ("BTCUSDT-1m-x.csv", "open_time_ms,open\n"),
        ] {
            let folder = try ServerProcess.makeFolder()
            let file = folder + "/" + name
            try text.write(toFile: file, atomically: true, encoding: .utf8)
            let error = await #expect(throws: ServerProcess.StartFailure.self) {
                _ = try await ServerProcess(["replay", file], dataDirectory: folder)
            }
            #expect(error?.description.contains(name) == true)
        }
    }
}
