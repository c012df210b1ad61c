import APIContract
import Foundation
import HTTPTypes
import Hummingbird
import MarketFeed
import Markets
import NIOCore

/// `/api/v1/market`: tickers, candles and the state of the venues.
struct MarketRoutes {
    let board: MarketBoard
    let keeper: CandleKeeper
    /// Named in every tag, so that a tag of an earlier process never matches: versions start anew with each.
    let epoch: String

    /// Fresh for as long as the sockets' own pace; a shared cache must keep out, since the answer needed a token.
    private static let liveCaching = "private, max-age=0, must-revalidate"

    func add(to group: RouterGroup<AppContext>) {
        group.get("tickers", use: tickers)
        group.get("ticker/:symbol", use: ticker)
        group.get("candles/:symbol", use: candles)
        group.get("exchanges", use: exchanges)
    }

    @Sendable func tickers(_ request: Request, context: AppContext) async throws -> Response {
        let list = board.tickersBody(try TickerFilter(query: QueryFields(request)))
        return Response(to: request, tag: "\(epoch)-\(list.version)", cacheControl: Self.liveCaching) {
            ByteBuffer(bytes: list.bytes)
        }
    }

    @Sendable func ticker(_ request: Request, context: AppContext) async throws -> Response {
        let text = try context.parameters.require("symbol")
        guard let symbol = Symbol(text), let ticker = board.ticker(symbol) else {
            throw MarketFeedError.symbolUnknown(text)
        }
        return Response(to: request, tag: "\(epoch)-\(symbol)-\(ticker.version)", cacheControl: Self.liveCaching) {
            ByteBuffer(bytes: ticker.bytes)
        }
    }

    @Sendable func candles(_ request: Request, context: AppContext) async throws -> Response {
        let query = try CandleQueryFields(symbol: try context.parameters.require("symbol"), QueryFields(request))
        let page = CandlePageView(try await keeper.candles(query.request))
        return Response(headers: [.cacheControl: Self.liveCaching], json: page)
    }

    @Sendable func exchanges(_ request: Request, context: AppContext) async throws -> Response {
        Response(headers: [.cacheControl: Self.liveCaching], json: board.exchanges().map(ExchangeStateView.init))
    }
}
