import Markets

/// Turns what happens on the market into the frames that somebody listens to.
///
/// A value: time is in the events and in the market. What changes all the time goes out in the venue's ``Rhythm``, and
/// only for markets where something happened since.
struct Broadcast {
    let spot: any VenueWords
    let perpetual: any VenueWords
    /// Streams which the recording brings itself.
    private let recordedStreams: Set<String>
    private var interest = Interest([], listings: 0)
    private var version = -1
    private var clock = BroadcastClock()
    /// Traded since the last tickers and since their last candle push; of all markets and of single ones.
    private var changed = ChangedMarkets()
    private var told: [String: MarketRow] = [:]
    private var windows: [String: BookWindow] = [:]
    private var slowBooks: [String: DepthMerge] = [:]
    private var gathered: [Int: [Print]] = [:]

    init(spot: any VenueWords, perpetual: any VenueWords, recordedStreams: Set<String> = []) {
        self.spot = spot
        self.perpetual = perpetual
        self.recordedStreams = recordedStreams
    }

    func words(_ isPerpetual: Bool) -> any VenueWords { isPerpetual ? perpetual : spot }

    /// The frames of one step of the market, in the order of time.
    mutating func frames(
        for events: [VenueEvent],
        in market: inout some ServedMarket,
        hub: StreamHub
    ) -> [StreamHub.Frame] {
        refreshInterest(market.listings.count, hub)
        var frames: [StreamHub.Frame] = []
        for event in events { add(event, &market, &frames) }
        addGathered(&market, &frames)
        addTimed(&market, &frames)
        return frames
    }

    /// The tickers and candles that have changed since they last went out.
    mutating func flush(_ market: inout some ServedMarket, hub: StreamHub) -> [StreamHub.Frame] {
        refreshInterest(market.listings.count, hub)
        var frames: [StreamHub.Frame] = []
        for isPerpetual in [false, true] {
            addOpenCandles(&market, isPerpetual, &frames)
            addTickers(&market, isPerpetual, &frames)
            addAllTickers(&market, isPerpetual, &frames)
        }
        return frames
    }

    private mutating func refreshInterest(_ listings: Int, _ hub: StreamHub) {
        let current = hub.version
        guard current != version || interest.ofMarket.count != listings else { return }
        version = current
        let topics = hub.topics.filter { !recordedStreams.contains($0.key) }
        interest = Interest(topics, listings: listings)
        let keys = Set(topics.map(\.key))
        told = told.filter { keys.contains($0.key) }
        windows = windows.filter { keys.contains($0.key) }
        slowBooks = slowBooks.filter { keys.contains($0.key) }
    }

    private func frame(
        _ news: News,
        _ topic: Topic,
        _ listing: Listing,
        _ now: MarketTime
    ) -> StreamHub.Frame? {
        let words = words(topic.isPerpetual)
        return words.frame(news, topic, listing, now: now).map {
            StreamHub.Frame(topic: topic, data: $0, isBinary: words.isBinary)
        }
    }
}

// MARK: - As it happens

extension Broadcast {
    private mutating func add(_ event: VenueEvent, _ market: inout some ServedMarket, _ frames: inout [StreamHub.Frame])
    {
        let index = event.listing
        switch event.payload {
        case .recorded(let frame):
            frames.append(StreamHub.Frame(recorded: frame))
        case .trade(let print):
            let listing = market.listings[index]
            changed.insert(index)
            if words(listing.isPerpetual).rhythm.gathersTrades {
                guard interest.ofMarket[index].contains(where: { $0.channel == .trade }) else { return }
                gathered[index, default: []].append(print)
                return
            }
            for topic in interest.ofMarket[index] where topic.channel == .trade || topic.channel == .aggregateTrade {
                if let frame = frame(.trades([print]), topic, listing, event.time) { frames.append(frame) }
            }
        case .quote(let top):
            for topic in interest.ofMarket[index] where topic.channel == .quote {
                if let frame = frame(.quote(top), topic, market.listings[index], event.time) { frames.append(frame) }
            }
        case .liquidation(let closed):
            let listing = market.listings[index]
            for topic in interest.ofMarket[index] + interest.ofAll where topic.channel == .liquidation {
                if let frame = frame(.liquidation(closed), topic, listing, event.time) { frames.append(frame) }
            }
        case .candleClosed(let interval, let bar):
            // One built from trades has been told by them; one from a file is the first that is heard of them.
            if bar.tradeIDs == nil, bar.volume > .zero { changed.insertTicker(index) }
            addClosed(bar, interval, event, &market, &frames)
        }
    }

    private mutating func addGathered(_ market: inout some ServedMarket, _ frames: inout [StreamHub.Frame]) {
        guard !gathered.isEmpty else { return }
        for (index, prints) in gathered.sorted(by: { $0.key < $1.key }) {
            for topic in interest.ofMarket[index] where topic.channel == .trade {
                if let frame = frame(.trades(prints), topic, market.listings[index], market.time) {
                    frames.append(frame)
                }
            }
        }
        gathered.removeAll(keepingCapacity: true)
    }

    /// The closed candle, and when it was a minute those of the longer intervals that end with it.
    private func addClosed(
        _ bar: Bar,
        _ interval: CandleInterval,
        _ event: VenueEvent,
        _ market: inout some ServedMarket,
        _ frames: inout [StreamHub.Frame]
    ) {
        let end = bar.openTime.adding(milliseconds: interval.milliseconds)
        for topic in interest.ofMarket[event.listing] {
            guard case .candle(let longer) = topic.channel else { continue }
            guard longer == interval || (interval == .oneMinute && longer.openTime(of: end) == end) else { continue }
            let start = end.adding(milliseconds: -longer.milliseconds)
            let whole =
                longer == interval
                ? bar : market.series(of: event.listing).bars(longer, from: start, to: start, limit: 1).first
            guard let whole else { continue }
            let news = News.candle(whole, longer, isClosed: true)
            if let frame = frame(news, topic, market.listings[event.listing], event.time) { frames.append(frame) }
        }
    }
}

// MARK: - In rhythm

extension Broadcast {
    private mutating func addTimed(_ market: inout some ServedMarket, _ frames: inout [StreamHub.Frame]) {
        let now = market.time
        let isSecond = clock.isDue(.second, every: 1000, now)
        if clock.isDue(.books, every: 100, now) { addBooks(&market, isSecond: isSecond, &frames) }
        for isPerpetual in [false, true] {
            let rhythm = words(isPerpetual).rhythm
            if clock.isDue(.candles(isPerpetual), every: rhythm.candle, now) {
                addOpenCandles(&market, isPerpetual, &frames)
            }
            if clock.isDue(.tickers(isPerpetual), every: rhythm.ticker, now) {
                addTickers(&market, isPerpetual, &frames)
            }
            if clock.isDue(.allTickers(isPerpetual), every: rhythm.allTickers, now) {
                addAllTickers(&market, isPerpetual, &frames)
            }
            if clock.isDue(.figures(isPerpetual), every: rhythm.figures, now) {
                addFigures(&market, isPerpetual, &frames)
            }
        }
    }

    private mutating func addTickers(
        _ market: inout some ServedMarket,
        _ isPerpetual: Bool,
        _ frames: inout [StreamHub.Frame]
    ) {
        for index in changed.takeTickers(of: isPerpetual, market.listings) {
            let topics = interest.ofMarket[index].filter { $0.channel == .ticker || $0.channel == .miniTicker }
            guard !topics.isEmpty else { continue }
            let row = market.row(of: index)
            for topic in topics {
                let news = News.ticker(row, previous: told[topic.key])
                if let frame = frame(news, topic, row.listing, market.time) { frames.append(frame) }
                told[topic.key] = row
            }
        }
    }

    private mutating func addAllTickers(
        _ market: inout some ServedMarket,
        _ isPerpetual: Bool,
        _ frames: inout [StreamHub.Frame]
    ) {
        let indices = changed.takeAll(of: isPerpetual, market.listings)
        let topics = interest.ofAll.filter { topic in
            topic.isPerpetual == isPerpetual && (topic.channel == .ticker || topic.channel == .miniTicker)
        }
        guard !topics.isEmpty, !indices.isEmpty else { return }
        let rows = indices.map { market.row(of: $0) }
        for topic in topics {
            let words = words(isPerpetual)
            guard let data = words.frame(rows: rows, topic, now: market.time) else { continue }
            frames.append(StreamHub.Frame(topic: topic, data: data, isBinary: words.isBinary))
        }
    }

    private mutating func addOpenCandles(
        _ market: inout some ServedMarket,
        _ isPerpetual: Bool,
        _ frames: inout [StreamHub.Frame]
    ) {
        for index in changed.takeCandles(of: isPerpetual, market.listings) {
            for topic in interest.ofMarket[index] {
                guard case .candle(let interval) = topic.channel else { continue }
                let open = market.series(of: index).bars(interval, from: nil, to: nil, limit: 1).last
                guard let open else { continue }
                let news = News.candle(open, interval, isClosed: false)
                if let frame = frame(news, topic, market.listings[index], market.time) { frames.append(frame) }
            }
        }
    }

    private func addFigures(
        _ market: inout some ServedMarket,
        _ isPerpetual: Bool,
        _ frames: inout [StreamHub.Frame]
    ) {
        guard isPerpetual else { return }
        for index in interest.ofMarket.indices {
            let topics = interest.ofMarket[index].filter { $0.channel?.isFigure == true }
            guard !topics.isEmpty, let figures = market.perpetual(of: index)?.figures(at: market.time) else { continue }
            for topic in topics {
                let news = News.figures(figures)
                if let frame = frame(news, topic, market.listings[index], market.time) { frames.append(frame) }
            }
        }
        let topics = interest.ofAll.filter { $0.channel?.isFigure == true }
        guard !topics.isEmpty else { return }
        let rows = market.listings.indices.filter { market.listings[$0].isPerpetual }.map { market.row(of: $0) }
        for topic in topics {
            guard let data = perpetual.frame(rows: rows, topic, now: market.time) else { continue }
            frames.append(StreamHub.Frame(topic: topic, data: data, isBinary: perpetual.isBinary))
        }
    }

    private mutating func addBooks(
        _ market: inout some ServedMarket,
        isSecond: Bool,
        _ frames: inout [StreamHub.Frame]
    ) {
        for index in interest.books {
            let change = market.depthChange(of: index)
            let listing = market.listings[index]
            for topic in interest.ofMarket[index] {
                if let frame = book(topic, change, index, &market, isSecond: isSecond, listing) { frames.append(frame) }
            }
        }
    }

    private mutating func book(
        _ topic: Topic,
        _ change: DepthChange?,
        _ index: Int,
        _ market: inout some ServedMarket,
        isSecond: Bool,
        _ listing: Listing
    ) -> StreamHub.Frame? {
        let now = market.time
        switch topic.channel {
        case .book(nil, isSlow: false):
            return change.flatMap { frame(.book($0), topic, listing, now) }
        case .book(nil, isSlow: true):
            if let change { slowBooks[topic.key, default: DepthMerge()].add(change) }
            guard isSecond, let merged = slowBooks.removeValue(forKey: topic.key)?.change else { return nil }
            return frame(.book(merged), topic, listing, now)
        case .book(let levels, isSlow: _):
            let rhythm = words(topic.isPerpetual).rhythm
            let confirms = rhythm.confirmsQuietBooks
            guard change != nil || confirms, let book = market.depth(of: index) else { return nil }
            guard var window = windows[topic.key] else {
                windows[topic.key] = BookWindow(
                    levels: levels,
                    book,
                    numbersChanges: rhythm.numbersBookChanges,
                    now: now
                )
                return nil
            }
            let difference = window.follow(book, confirmsQuiet: confirms, now: now)
            windows[topic.key] = window
            return difference.flatMap { frame(.book($0), topic, listing, now) }
        case .topOfBook(let levels):
            guard change != nil, var book = market.depth(of: index) else { return nil }
            book.bids = Array(book.bids.prefix(levels))
            book.asks = Array(book.asks.prefix(levels))
            return frame(.bookSnapshot(book), topic, listing, now)
        default:
            return nil
        }
    }
}

// MARK: - For those who have just come

extension Broadcast {
    /// What a new subscriber is told at once, where the venue does that.
    mutating func greeting(_ topic: Topic, in market: inout some ServedMarket) -> StreamHub.Frame? {
        guard !recordedStreams.contains(topic.key), let channel = topic.channel,
            words(topic.isPerpetual).greets(channel)
        else { return nil }
        let now = market.time
        guard let index = topic.listing else {
            let rows = market.listings.indices.filter { market.listings[$0].isPerpetual == topic.isPerpetual }
                .map { market.row(of: $0) }
            let words = words(topic.isPerpetual)
            return words.frame(rows: rows, topic, now: now).map {
                StreamHub.Frame(topic: topic, data: $0, isBinary: words.isBinary)
            }
        }
        let listing = market.listings[index]
        switch channel {
        case .book(let levels, isSlow: _):
            guard let book = market.depth(of: index) else { return nil }
            let numbersChanges = words(topic.isPerpetual).rhythm.numbersBookChanges
            let window =
                windows[topic.key] ?? BookWindow(levels: levels, book, numbersChanges: numbersChanges, now: now)
            windows[topic.key] = window
            return frame(.bookSnapshot(window.told), topic, listing, now)
        case .topOfBook(let levels):
            guard var book = market.depth(of: index) else { return nil }
            book.bids = Array(book.bids.prefix(levels))
            book.asks = Array(book.asks.prefix(levels))
            return frame(.bookSnapshot(book), topic, listing, now)
        case .quote:
            return market.quote(of: index).flatMap { frame(.quote($0), topic, listing, now) }
        case .ticker, .miniTicker:
            // The whole of what the others were told last, so that the next change fits everybody.
            let row = told[topic.key] ?? market.row(of: index)
            told[topic.key] = row
            return frame(.ticker(row, previous: nil), topic, listing, now)
        case .candle(let interval):
            return market.series(of: index).bars(interval, from: nil, to: nil, limit: 1).last.flatMap {
                frame(.candle($0, interval, isClosed: false), topic, listing, now)
            }
        case .markPrice, .indexPrice, .funding, .openInterest:
            return market.perpetual(of: index).flatMap { frame(.figures($0.figures(at: now)), topic, listing, now) }
        case .trade, .aggregateTrade, .liquidation:
            return nil
        }
    }
}

extension ServedMarket {
    mutating func row(of listing: Int) -> MarketRow {
        MarketRow(
            listing: listings[listing],
            day: day(of: listing),
            quote: quote(of: listing),
            figures: perpetual(of: listing)?.figures(at: time)
        )
    }
}
