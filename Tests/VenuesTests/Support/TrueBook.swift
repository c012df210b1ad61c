import AsyncHTTPClient
import Foundation
import Markets
import NIOCore
import Testing

/// The best levels of a spot book, as the venue's own REST interface shows them.
struct TrueBook: Equatable {
    static let depth = 20

    let bids: [BookLevel]
    let asks: [BookLevel]

    init(_ book: OrderBook) { (bids, asks) = book.top(Self.depth) }

    /// Asks a simulated venue for the book of `BTCUSDT`.
    init(of venue: Venue, port: Int) async throws {
        let (path, bids, asks, place): (String, String, String, [String]) =
            switch venue {
            case .binance, .mexc: ("/api/v3/depth?symbol=BTCUSDT&limit=100", "bids", "asks", [])
            case .bybit: ("/v5/market/orderbook?category=spot&symbol=BTCUSDT&limit=50", "b", "a", ["result"])
            case .okx: ("/api/v5/market/books?instId=BTC-USDT&sz=400", "bids", "asks", ["data"])
            }
        let request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        let body = try await answer.body.collect(upTo: 1 << 20)
        var json = try JSONSerialization.jsonObject(with: Data(body.readableBytesView))
        for key in place {
            let value = try #require((json as? [String: Any])?[key])
            json = (value as? [Any])?.first ?? value
        }
        let book = try #require(json as? [String: Any])
        self.bids = try Self.levels(book[bids])
        self.asks = try Self.levels(book[asks])
    }

    private static func levels(_ value: Any?) throws -> [BookLevel] {
        try #require(value as? [[Any]]).prefix(depth).map { row in
            BookLevel(price: try #require(Price("\(row[0])")), quantity: try #require(Quantity("\(row[1])")))
        }
    }
}
