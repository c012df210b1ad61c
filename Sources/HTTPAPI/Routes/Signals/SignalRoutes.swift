import APIContract
import Accounts
import Foundation
import Hummingbird
import Liquidations
import Markets
import Signals

/// `/api/v1/signals`: signals by tier, each as late as the tier's delay says, and what became of them.
struct SignalRoutes {
    let signals: SignalSource

    /// The counting reads every closed signal.
    static let statsWeight = 5
    static let caching = "private, max-age=0, must-revalidate"

    func add(to group: RouterGroup<AppContext>) {
        group.get(use: list)
        group.get("history", use: history)
        group.get(":id", use: one)
        group.get(":id/plan", use: plan)
        group.get(":id/verdicts", use: verdicts)
    }

    @Sendable func list(_ request: Request, context: AppContext) async throws -> Response {
        let sight = try sight(context)
        let query = try SignalQuery(QueryFields(request), sight)
        var ask = query
        // One more than is shown says whether there is a next page.
        ask.limit += 1
        let found = try await signals.catalog.list(ask)
        let shown = found.prefix(query.limit)
        let next = found.count > query.limit ? shown.last?.signal : nil
        let items = shown.map { sight.shows($0.signal) ? SignalText.json($0) : SignalText.lockedJSON($0.signal) }
        return page(items, next: next.map { SignalPlace(time: $0.createdAt, id: $0.id) }, request)
    }

    @Sendable func history(_ request: Request, context: AppContext) async throws -> Response {
        let query = try SignalHistoryQuery(QueryFields(request), try sight(context))
        var ask = query
        ask.limit += 1
        let found = try await signals.catalog.history(ask)
        let shown = found.prefix(query.limit)
        let next = found.count > query.limit ? shown.last : nil
        let place = next.flatMap { last in last.standing.endedAt.map { SignalPlace(time: $0, id: last.signal.id) } }
        return page(shown.map(SignalText.json), next: place, request)
    }

    @Sendable func one(_ request: Request, context: AppContext) async throws -> Response {
        let stored = try await signals.shown(context)
        return Response(to: request, jsonBytes: Array(SignalText.json(stored).utf8), cacheControl: Self.caching)
    }

    @Sendable func stats(_ request: Request, context: AppContext) async throws -> Response {
        let query = try SignalTallyQuery(QueryFields(request), try sight(context))
        let view = SignalStatsView(try await signals.catalog.tally(query), query)
        return Response(to: request, json: view, cacheControl: Self.caching)
    }

    @Sendable func plan(_ request: Request, context: AppContext) async throws -> Response {
        let signal = try await signals.shown(context).signal
        let query = try PlanQuery(QueryFields(request))
        let venue = query.venue ?? signal.venue
        guard let entry = signals.tiers.entry(of: signal.symbol, on: venue) else {
            throw APIError.invalid("exchange", .unknownValue, "Plans are for USDT perpetuals.")
        }
        let terms = SignalPlan.Terms(
            balance: query.balance,
            riskPercent: query.riskPercent,
            venue: venue,
            tiers: entry.tiers,
            step: signals.instrument(signal.symbol, venue)?.lotSize ?? PlanQuery.finestStep,
            costs: signal.costs
        )
        let plan: SignalPlan
        do { plan = try SignalPlan(signal.levels, terms) } catch { throw APIError(plan: error) }
        let view = SignalPlanView(plan, of: signal, terms, entry, version: signals.tiers.version)
        return Response(to: request, json: view, cacheControl: Self.caching)
    }

    @Sendable func verdicts(_ request: Request, context: AppContext) async throws -> Response {
        let stored = try await signals.shown(context)
        // While it is active for the caller, nothing of how it went is said.
        let sides = stored.standing == .active ? [] : try await signals.sides.verdicts(stored.signal.id)
        return Response(to: request, json: SignalVerdictsView(stored, sides), cacheControl: Self.caching)
    }

    private func sight(_ context: AppContext) throws -> SignalSight { try signals.sight(context) }

    /// A page of ready JSON: the channel's messages are the same texts.
    private func page(_ items: [String], next: SignalPlace?, _ request: Request) -> Response {
        let cursor = next.map { "\"\($0.text)\"" } ?? "null"
        let text = "{\"items\":[" + items.joined(separator: ",") + "],\"nextCursor\":" + cursor + "}"
        return Response(to: request, jsonBytes: Array(text.utf8), cacheControl: Self.caching)
    }
}

extension SignalSource {
    /// What the caller is shown now.
    func sight(_ context: AppContext) throws(APIError) -> SignalSight {
        SignalSight(tier: try context.requireCaller().tier, at: now())
    }

    /// The signal in the path of a request.
    ///
    /// - Throws: 404 where there is none, or not yet for the caller; 403 where it is above the caller's tier.
    func shown(_ context: AppContext) async throws -> StoredSignal {
        let sight = try sight(context)
        guard let id = context.parameters.get("id").flatMap({ UUID(uuidString: $0) }),
            let stored = try await catalog.signal(id, sight)
        else { throw APIError(.notFound, .notFound, "There is no such signal.") }
        guard sight.shows(stored.signal) else { throw APIError.tierRequired(stored.signal.minTier) }
        return stored
    }
}
