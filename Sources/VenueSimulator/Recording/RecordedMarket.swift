import Markets

/// A recorded venue as far as it was played: what the REST side and the streams that were not recorded are made from.
struct RecordedMarket: ServedMarket {
    private(set) var time: MarketTime
    private(set) var listings: [Listing]
    private var tapes: [RecordedTape]
    private var positions: [Symbol: Int] = [:]
    private var closingCheck: Int64 = 0

    init(_ replay: Replay) {
        time = replay.start
        listings = replay.listings
        tapes = replay.listings.map { _ in RecordedTape() }
        for (index, listing) in replay.listings.enumerated() { positions[listing.symbol] = index }
    }

    /// Plays records, which must be in the order of time.
    mutating func play(_ records: some Sequence<Record>) -> [VenueEvent] {
        var events: [VenueEvent] = []
        for record in records {
            time = max(time, record.time)
            closeMinutes(&events)
            // The survey has listed every symbol of the files.
            guard let index = positions[record.symbol] else { continue }
            play(record, index, &events)
        }
        return events
    }

    private mutating func play(_ record: Record, _ index: Int, _ events: inout [VenueEvent]) {
        switch record.payload {
        case .frame(let frame, let news):
            if let news { take(news, index, &events) }
            events.append(VenueEvent(listing: index, time: time, payload: .recorded(frame)))
        case .snapshot(let snapshot): tapes[index].reset(snapshot)
        case .candle(let interval, let bar):
            tapes[index].add(bar, interval)
            events.append(VenueEvent(listing: index, time: time, payload: .candleClosed(interval, bar)))
        case .trade(let price, let quantity, let side):
            let (print, closed) = tapes[index].add(price, quantity, side, at: record.time)
            append(closed, index, &events)
            events.append(VenueEvent(listing: index, time: record.time, payload: .trade(print)))
        }
    }

    private mutating func take(_ news: Record.News, _ index: Int, _ events: inout [VenueEvent]) {
        switch news {
        case .trades(let prints):
            for print in prints {
                append(tapes[index].add(print), index, &events)
                events.append(VenueEvent(listing: index, time: time, payload: .trade(print)))
            }
        case .quote(let top): tapes[index].set(top)
        case .depth(let change): tapes[index].apply(change)
        case .book(let snapshot): tapes[index].reset(snapshot)
        case .nextDepth(let bids, let asks): tapes[index].applyNext(bids: bids, asks: asks)
        }
    }

    /// Closes the minutes that time has passed in markets where no later trade did.
    private mutating func closeMinutes(_ events: inout [VenueEvent]) {
        let passed = time.milliseconds - RecordedTape.closingDelayMilliseconds
        guard passed / 60_000 != closingCheck else { return }
        closingCheck = passed / 60_000
        let minute = MarketTime(milliseconds: closingCheck * 60_000)
        for index in tapes.indices { append(tapes[index].closeMinutes(before: minute), index, &events) }
    }

    private func append(_ closed: [Bar], _ index: Int, _ events: inout [VenueEvent]) {
        for bar in closed {
            events.append(VenueEvent(listing: index, time: time, payload: .candleClosed(.oneMinute, bar)))
        }
    }
}

extension RecordedMarket {
    func day(of listing: Int) -> DayStatistics {
        let tape = tapes[listing]
        let end = max(time, tape.last?.time ?? time)
        let start = CandleInterval.oneMinute.openTime(of: end).adding(milliseconds: -1439 * 60_000)
        let finest = CandleInterval.allCases.lazy.compactMap { tape.bars[$0] }.first ?? []
        let first = finest.partition { $0.openTime >= start }
        var whole: Bar?
        for bar in finest[first...] { whole = whole?.extended(by: bar) ?? bar }
        return DayStatistics(
            openTime: start,
            closeTime: end,
            bar: whole,
            previousClose: first > 0 ? finest[first - 1].close : whole?.open,
            last: tape.last
        )
    }

    func quote(of listing: Int) -> TopOfBook? { tapes[listing].top }

    func prints(of listing: Int, limit: Int) -> [Print] { tapes[listing].prints.suffix(limit) }

    func series(of listing: Int) -> any BarSeries { RecordedSeries(bars: tapes[listing].bars) }

    func depth(of listing: Int) -> DepthSnapshot? { tapes[listing].book.snapshot }

    /// Book streams are played as they were recorded, never made up.
    func depthChange(of listing: Int) -> DepthChange? { nil }
}
