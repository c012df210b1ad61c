import Logging
import Markets
import Synchronization

extension CandleKeeper {
    /// A page of candles: the stored ones, those on their way to the store, the open one; and what is missing.
    ///
    /// What the store does not have is fetched from the venue, so a fresh start has charts at once. When the venue
    /// cannot be asked, the page is served with gaps.
    ///
    /// - Throws: ``MarketFeedError/symbolUnknown(_:)``, ``MarketFeedError/symbolNotOnVenue(_:_:)``,
    ///   ``MarketFeedError/storeUnavailable``.
    package func candles(_ request: CandleRequest) async throws(MarketFeedError) -> CandlePage {
        let series = try series(of: request)
        let open = series.interval.openTime(of: clock(of: series.venue))
        let span = span(of: request, open: open)
        guard !span.isEmpty else { return CandlePage(series: series, items: [], gaps: []) }

        var page = CandleSheet(series: series, span: span, open: open)
        // What is on its way to the store is read before the store is: the other way round a candle that arrives there
        // in between would be in neither.
        let underway = underway(series, in: span)
        page.put(try await stored(series, in: span, limit: request.limit))
        page.put(underway.candles)
        page.put(live: underway.live)
        if let missing = page.missing(except: { isCovered($0, of: series) }) {
            do {
                page.put(try await fill(series, in: missing, open: open, caller: .reader))
            } catch {
                logger.debug("Candles are missing and the venue was not asked", metadata: series.metadata(error))
                page.markMissing()
            }
        }
        page.gaps += try await gaps(of: series, in: span, underway: underway)
        return page.page(limit: request.limit, fromStart: request.from != nil)
    }

    /// Reads the series back to where its longer candles begin, and fetches what is missing of it.
    ///
    /// - Throws: what the store throws and what the venue's history throws.
    func warm(_ series: CandleSeries, candles count: Int) async throws {
        let open = series.interval.openTime(of: clock(of: series.venue))
        let from = open.adding(milliseconds: -Int64(count) * series.interval.milliseconds)
        let span = TimeSpan(from: from, to: open)
        var page = CandleSheet(series: series, span: span, open: open)
        let underway = underway(series, in: span)
        page.put(try await store.range(CandleQuery(series: series, from: from, to: open, limit: count)))
        page.put(underway.candles)
        page.put(live: underway.live)
        if let missing = page.missing(except: { isCovered($0, of: series) }) {
            page.put(try await fill(series, in: missing, open: open, caller: .background))
        }
        let candles = page.page(limit: count, fromStart: false).items
        state.withLock { $0.builder.seed(candles, of: series, over: span) }
    }

    /// Fetches candles from the venue and queues the closed ones for the store.
    @discardableResult
    func fill(
        _ series: CandleSeries,
        in span: TimeSpan,
        open: MarketTime,
        caller: CandleBackfill.Caller
    ) async throws -> [Candle] {
        let candles = try await backfill.candles(of: series, in: span, for: caller)
        let closed = TimeSpan(from: span.from, to: min(span.to, open))
        let now = now()
        state.withLock { state in
            for candle in candles where candle.isClosed {
                state.outbox.put(VenueCandle(venue: series.venue, candle: candle))
            }
            state.coverage.note(closed, of: series)
            if let last = candles.last, !last.isClosed { state.coverage.keep(last, of: series, now: now) }
            state.builder.seed(candles, of: series, over: closed)
        }
        return candles
    }

    /// The venue's own time, or ours where it has said nothing yet or has fallen silent.
    ///
    /// A venue whose clock is more than a day behind ours is a replay of an old day and keeps its own time.
    func clock(of venue: Venue) -> MarketTime {
        let now = now()
        return state.withLock { clock(of: venue, in: $0, now: now) }
    }

    private func clock(of venue: Venue, in state: State, now: MarketTime) -> MarketTime {
        guard let clock = state.builder.clock(of: venue) else { return now }
        return now.since(clock) > CandleInterval.oneDay.milliseconds ? clock : max(clock, now)
    }

    private func series(of request: CandleRequest) throws(MarketFeedError) -> CandleSeries {
        let venues = board.venues(of: request.symbol)
        guard let first = venues.first else { throw .symbolUnknown(request.symbol.text) }
        if let venue = request.venue, !venues.contains(venue) { throw .symbolNotOnVenue(request.symbol, venue) }
        return CandleSeries(venue: request.venue ?? first, symbol: request.symbol, interval: request.interval)
    }

    private func span(of request: CandleRequest, open: MarketTime) -> TimeSpan {
        let length = request.interval.milliseconds
        let now = open.adding(milliseconds: length)
        let width = Int64(request.limit) * length
        if let from = request.from {
            let first = request.interval.openTime(of: from.adding(milliseconds: length - 1))
            let last = min(request.to ?? now, now, first.adding(milliseconds: width))
            return TimeSpan(from: first, to: last)
        }
        let behind = min(request.to ?? now, now)
        let last = request.interval.openTime(of: behind.adding(milliseconds: length - 1))
        return TimeSpan(from: last.adding(milliseconds: -width), to: behind)
    }

    private func stored(
        _ series: CandleSeries,
        in span: TimeSpan,
        limit: Int
    ) async throws(MarketFeedError) -> [Candle] {
        do {
            return try await store.range(CandleQuery(series: series, from: span.from, to: span.to, limit: limit))
        } catch {
            logger.warning("The candle store does not answer", metadata: series.metadata(error))
            throw .storeUnavailable
        }
    }

    /// What the store cannot have yet of a series.
    private func underway(_ series: CandleSeries, in span: TimeSpan) -> Underway {
        state.withLock { state in
            Underway(
                candles: state.outbox.candles(of: series, in: span) + openFromVenue(state, series),
                live: state.builder.live(series),
                gaps: state.outbox.gaps(of: series, in: span),
                filled: state.outbox.filled(of: series, in: span)
            )
        }
    }

    /// The open candle that the venue gave a moment ago, for a series that is not built here.
    private func openFromVenue(_ state: State, _ series: CandleSeries) -> [Candle] {
        let now = now()
        let open = series.interval.openTime(of: clock(of: series.venue, in: state, now: now))
        return state.coverage.openCandle(at: open, of: series, now: now).map { [$0] } ?? []
    }

    private func isCovered(_ time: MarketTime, of series: CandleSeries) -> Bool {
        state.withLock { $0.coverage.covers(time, of: series) }
    }

    private func gaps(
        of series: CandleSeries,
        in span: TimeSpan,
        underway: Underway
    ) async throws(MarketFeedError) -> [TimeSpan] {
        let marked: [CandleGap]
        do {
            marked = try await store.gaps(series, span)
        } catch {
            logger.warning("The candle store does not answer", metadata: series.metadata(error))
            throw .storeUnavailable
        }
        var gaps = TimeSpanSet(maximumCount: CandleRequest.maximumLimit, overflow: .join)
        for gap in marked { gaps.insert(gap.span) }
        for filled in underway.filled { gaps.remove(filled) }
        for waiting in underway.gaps { gaps.insert(waiting) }
        return gaps.spans
    }
}

/// What is known of a series before the store is.
private struct Underway {
    let candles: [Candle]
    let live: [LiveCandle]
    let gaps: [TimeSpan]
    let filled: [TimeSpan]
}
