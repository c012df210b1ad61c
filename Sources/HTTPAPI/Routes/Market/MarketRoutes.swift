import APIContract
import Foundation
import HTTPTypes
import Hummingbird
import Liquidations
import MarketFeed
import Markets
import NIOCore

/// `/api/v1/market`: tickers, order books, candles, liquidations and the state of the venues.
struct MarketRoutes {
    let feed: MarketFeed
    /// What the venues ask to be left of a margin.
    let tiers: MaintenanceTable
    /// Named in the tags of tickers, so that a tag of an earlier process never matches: versions start anew with each.
    let epoch: String

    /// Fresh for as long as the sockets' own pace; a shared cache must keep out, since the answer needed a token.
    private static let liveCaching = "private, max-age=0, must-revalidate"
    /// Candles that are closed change only where a venue corrects itself.
    private static let pastCaching = "private, max-age=60"

    func add(to group: RouterGroup<AppContext>) {
        group.get("tickers", use: tickers)
        group.get("ticker/:symbol", use: ticker)
        group.get("orderbook/:symbol", use: orderBook)
        group.get("candles/:symbol", use: candles)
        group.get("liquidations/:symbol", use: liquidations)
        group.post("liquidations/calculate", use: calculate)
        group.get("exchanges", use: exchanges)
    }

    @Sendable func tickers(_ request: Request, context: AppContext) async throws -> Response {
        let list = feed.board.tickersBody(try TickerFilter(query: QueryFields(request)))
        return Response(to: request, tag: "\(epoch)-\(list.version)", cacheControl: Self.liveCaching) {
            ByteBuffer(bytes: list.bytes)
        }
    }

    @Sendable func ticker(_ request: Request, context: AppContext) async throws -> Response {
        let symbol = try Symbol(path: context)
        guard let ticker = feed.board.ticker(symbol) else { throw MarketFeedError.symbolUnknown(symbol.text) }
        return Response(to: request, tag: "\(epoch)-\(ticker.version)", cacheControl: Self.liveCaching) {
            ByteBuffer(bytes: ticker.bytes)
        }
    }

    @Sendable func orderBook(_ request: Request, context: AppContext) async throws -> Response {
        let query = try BookRequest(symbol: context, QueryFields(request))
        return Response(to: request, jsonBytes: try feed.books.page(query), cacheControl: Self.liveCaching)
    }

    @Sendable func candles(_ request: Request, context: AppContext) async throws -> Response {
        let query = try CandleRequest(symbol: context, QueryFields(request))
        let page = try await feed.keeper.candles(query)
        let isPast = query.to != nil && page.isFinal
        return Response(to: request, jsonBytes: page.json, cacheControl: isPast ? Self.pastCaching : Self.liveCaching)
    }

    @Sendable func liquidations(_ request: Request, context: AppContext) async throws -> Response {
        let query = try LiquidationQuery(symbol: context, QueryFields(request))
        let page = try feed.liquidations.page(query.symbol, venue: query.venue, limit: query.limit)
        let map = feed.maps.page(query.symbol, among: query.venue.map { [$0] } ?? Venue.allCases)
        return Response(to: request, json: LiquidationPageView(page, map), cacheControl: Self.liveCaching)
    }

    @Sendable func calculate(_ request: Request, context: AppContext) async throws -> Response {
        let question = try LiquidationQuestion(await request.jsonFields(context: context), tiers)
        return Response(json: LiquidationAnswerView(question))
    }

    @Sendable func exchanges(_ request: Request, context: AppContext) async throws -> Response {
        Response(to: request, json: feed.reports().map(ExchangeStateView.init), cacheControl: Self.liveCaching)
    }
}
