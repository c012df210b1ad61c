import APIContract
import Accounts
import Hummingbird
import Markets
package import PumpDetection
import Realtime

/// `/api/v1/pumps`: pumps that were found, for tiers that have the channel, and how good the detector is, for everybody.
struct PumpRoutes {
    let pumps: PumpSource

    private static let caching = "private, max-age=0, must-revalidate"

    func add(to group: RouterGroup<AppContext>) {
        group.get(use: list)
        group.get("quality", use: quality)
    }

    @Sendable func list(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        guard Entitlements.of(caller.tier).channels.contains(.pumps) else {
            throw APIError.tierRequired(.pro)
        }
        let query = try PumpQuery(QueryFields(request))
        var ask = query
        // One more than is shown says whether there is a next page.
        ask.limit += 1
        let found = try await pumps.store.list(ask)
        let shown = found.prefix(query.limit)
        let next = found.count > query.limit ? shown.last.map { PumpPlace(of: $0).text } : nil
        let page = PumpPage(items: shown.map(PumpView.init), nextCursor: next)
        return Response(to: request, json: page, cacheControl: Self.caching)
    }

    @Sendable func quality(_ request: Request, context: AppContext) async throws -> Response {
        let (facts, tally) = pumps.quality()
        return Response(to: request, json: PumpQualityView(facts, tally), cacheControl: Self.caching)
    }
}

/// Where the routes have pumps from.
package struct PumpSource: Sendable {
    package let store: PumpStore
    package let quality: @Sendable () -> (PumpModelFacts, PumpTally)

    package init(store: PumpStore, quality: @escaping @Sendable () -> (PumpModelFacts, PumpTally)) {
        self.store = store
        self.quality = quality
    }
}

extension PumpQuery {
    /// `?symbol=&exchange=&limit=&cursor=`.
    fileprivate init(_ fields: consuming QueryFields) throws {
        let text = fields.text("symbol")
        let symbol = text.flatMap(Symbol.init)
        if text != nil, symbol == nil { fields.complain("symbol", .malformed, "Expected a symbol such as ABCUSDT.") }
        let venue = fields.choice("exchange", of: Venue.self)
        let limit = fields.integer("limit", in: 1...Int64(Self.maximumLimit))
        let cursor = fields.text("cursor")
        let place = cursor.flatMap(PumpPlace.init(text:))
        if cursor != nil, place == nil { fields.complain("cursor", .malformed, "Expected a cursor of an answer.") }
        try fields.finish()
        self.init(symbol: symbol, venue: venue, limit: limit.map(Int.init) ?? Self.defaultLimit, after: place)
    }
}

extension PumpQualityView {
    fileprivate init(_ facts: PumpModelFacts, _ tally: PumpTally) {
        self.init(
            model: facts.name,
            trainedBefore: facts.trainedBefore,
            symbolDays: tally.symbolDays,
            alerts: tally.alerts,
            falseAlerts: tally.falseAlerts,
            lateAlerts: tally.lateAlerts,
            falseAlertsPerSymbolDay: tally.falseAlertsPerSymbolDay,
            rises: tally.rises,
            recall: tally.recall,
            medianDelaySeconds: tally.delay(of: 0.5),
            p90DelaySeconds: tally.delay(of: 0.9),
            promisedFalseAlertsPerSymbolDay: tally.promise.falseAlertsPerSymbolDay,
            promisedRecall: tally.promise.recall,
            promisedMedianDelaySeconds: tally.promise.medianDelaySeconds,
            muted: tally.isMuted
        )
    }
}
