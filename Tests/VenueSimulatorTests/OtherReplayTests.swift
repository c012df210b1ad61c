import Foundation
import Markets
import TestKit
import Testing
import VenueSimulator

@Suite("Replay of the other venues' sessions", .fewAtOnce, .timeLimit(.minutes(3)))
struct OtherReplayTests {
    @Test(
        "The recorded futures session comes frame by frame on the routed sockets",
        .enabled(if: SharedData.isPresent, "the recorded session is not here")
    )
    func futures() async throws {
        let path = try ReplayTests.path("exchanges/binance/ws/usdm-session-4symbols-2021.jsonl.gz")
        let depth = try ReplayTests.frames(of: path, stream: "sushiusdt@depth@100ms")
        let trades = try ReplayTests.frames(of: path, stream: "ctkusdt@aggTrade")
        #expect(depth.count == 255 && trades.count == 38)
        let replay = try Replay(files: [path], speed: nil)
        #expect(
            Set(replay.listings.map(\.symbol.text)) == [
                "SUSHIUSDT-PERP", "AKROUSDT-PERP", "KEEPUSDT-PERP", "CTKUSDT-PERP",
            ]
        )
        try await Harness.with(.binance, .replay(replay)) { venue in
            var books = try await venue.socket("/public/stream?streams=sushiusdt@depth@100ms")
            var prints = try await venue.socket("/market/stream?streams=ctkusdt@aggTrade")
            for frame in depth { #expect(await books.next() == frame) }
            for frame in trades { #expect(await prints.next() == frame) }
            try await venue.simulator.finished()
            let answer = try await venue.get("/fapi/v1/depth?symbol=SUSHIUSDT&limit=5").json as? [String: Any]
            let last = try #require(answer?["lastUpdateId"] as? Int64)
            #expect(depth.last?.contains("\"u\":\(last)") == true)
        }
    }

    @Test(
        "The recorded OKX session comes frame by frame, and its book is what REST shows",
        .enabled(if: SharedData.isPresent, "the recorded session is not here")
    )
    func okx() async throws {
        let path = try ReplayTests.path("exchanges/okx/ws/session-3instruments-2022.jsonl.gz")
        let argument = #"{"channel":"books","instId":"BTC-USDT"}"#
        let expected = try ReplayTests.frames(of: path, from: #""frame":{"arg":\#(argument),"action""#)
        #expect(expected.count == 98)
        let replay = try Replay(files: [path], speed: nil)
        #expect(replay.listings.map(\.venueSymbol).sorted() == ["BTC-USD-220527", "BTC-USDT", "UNI-USD-SWAP"])
        try await Harness.with(.okx, .replay(replay)) { venue in
            var socket = try await venue.socket("/ws/v5/public")
            socket.send(#"{"op":"subscribe","args":[\#(argument)]}"#)
            #expect(await socket.next()?.contains(#""event":"subscribe""#) == true)
            var book: FollowedBook?
            for frame in expected {
                let text = try #require(await socket.next())
                #expect(text == frame)
                let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
                let row = try #require((object?["data"] as? [[String: Any]])?.first)
                let bids = try #require(row["bids"] as? [[Any]])
                let asks = try #require(row["asks"] as? [[Any]])
                if book == nil {
                    book = FollowedBook(bids: bids, asks: asks)
                } else {
                    book?.apply(bids: bids, asks: asks)
                }
            }
            try await venue.simulator.finished()
            let answer = try await venue.get("/api/v5/market/books?instId=BTC-USDT&sz=400").json as? [String: Any]
            let row = try #require((answer?["data"] as? [[String: Any]])?.first)
            let shown = FollowedBook(
                bids: try #require(row["bids"] as? [[Any]]),
                asks: try #require(row["asks"] as? [[Any]])
            )
            #expect(shown == book)
        }
    }
}
