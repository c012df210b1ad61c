import DequeModule
import Logging
import Markets

/// Fetches past candles from the venues, politely.
///
/// Readers who want the same stretch share one fetch. At most 4 run at a time and 64 wait; a budget of calls per minute
/// is kept for each venue, and a series that has failed is left alone for five seconds. Whoever is refused serves what
/// is there and says what is missing.
actor CandleBackfill {
    enum Refusal: Error, Hashable {
        /// There is nowhere to fetch from.
        case noHistory
        case tooManyWaiting
        case budgetSpent
        case failedJustNow
    }

    /// Who asks: readers may spend the whole budget, work in the background half of it.
    enum Caller: Hashable {
        case reader, background

        fileprivate var callsPerMinute: Int { self == .reader ? 300 : 150 }
    }

    private struct Wish: Hashable {
        let series: CandleSeries
        let span: TimeSpan
        let caller: Caller
    }

    private struct Budget {
        var minute: Int64
        var calls: Int
    }

    static let maximumRunning = 4
    static let maximumWaiting = 64
    static let pauseAfterFailureMilliseconds: Int64 = 5_000

    private let history: CandleHistory?
    private let now: @Sendable () -> MarketTime
    private var flights: [Wish: Task<[Candle], any Error>] = [:]
    private var running = 0
    private var waiting: Deque<CheckedContinuation<Void, Never>> = []
    private var budgets: [Venue: Budget] = [:]
    private var failedAt: [CandleSeries: MarketTime] = [:]

    init(history: CandleHistory?, now: @escaping @Sendable () -> MarketTime) {
        self.history = history
        self.now = now
    }

    /// The venue's candles with an open time in the span, oldest first; the last may be open.
    ///
    /// - Throws: ``Refusal``, or what the venue's history throws.
    func candles(of series: CandleSeries, in span: TimeSpan, for caller: Caller) async throws -> [Candle] {
        let wish = Wish(series: series, span: span, caller: caller)
        if let flight = flights[wish] { return try await flight.value }
        guard let history else { throw Refusal.noHistory }
        if let failed = failedAt[series], (0..<Self.pauseAfterFailureMilliseconds).contains(now().since(failed)) {
            throw Refusal.failedJustNow
        }
        guard running < Self.maximumRunning || waiting.count < Self.maximumWaiting else {
            throw Refusal.tooManyWaiting
        }
        // Not a child of the reader's task: the fetch goes on for the other readers when the first one hangs up.
        let flight = Task { try await self.fetch(wish, from: history) }
        flights[wish] = flight
        return try await flight.value
    }

    private func fetch(_ wish: Wish, from history: CandleHistory) async throws -> [Candle] {
        await takeTurn()
        defer {
            flights[wish] = nil
            giveTurn()
        }
        do {
            let candles = try await fetchPages(wish, from: history)
            failedAt[wish.series] = nil
            return candles
        } catch let refusal as Refusal {
            throw refusal
        } catch {
            if failedAt.count >= 1_024 { failedAt = [:] }
            failedAt[wish.series] = now()
            throw error
        }
    }

    private func fetchPages(_ wish: Wish, from history: CandleHistory) async throws -> [Candle] {
        let limit = min(max(history.callLimit(wish.series), 1), CandleHistory.maximumCandles)
        let step = Int64(limit) * wish.series.interval.milliseconds
        var candles: [Candle] = []
        var from = wish.span.from
        while from < wish.span.to {
            try spend(on: wish.series.venue, for: wish.caller)
            let page = TimeSpan(from: from, to: min(wish.span.to, from.adding(milliseconds: step)))
            let answer = try await history.candles(wish.series, page)
            candles += answer.filter { candle in
                candle.symbol == wish.series.symbol && candle.interval == wish.series.interval && candle.isSane
                    && page.contains(candle.openTime)
            }
            from = page.to
        }
        return candles.sorted { $0.openTime < $1.openTime }
    }

    private func spend(on venue: Venue, for caller: Caller) throws(Refusal) {
        let minute = now().milliseconds / 60_000
        var budget = budgets[venue] ?? Budget(minute: minute, calls: 0)
        if budget.minute != minute { budget = Budget(minute: minute, calls: 0) }
        guard budget.calls < caller.callsPerMinute else { throw .budgetSpent }
        budget.calls += 1
        budgets[venue] = budget
    }

    private func takeTurn() async {
        guard running >= Self.maximumRunning else {
            running += 1
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    /// Hands the turn to the next in line, or frees it.
    private func giveTurn() {
        if let next = waiting.popFirst() { next.resume() } else { running -= 1 }
    }
}
