import Markets

/// Turns what happens on the market into the frames that somebody listens to.
///
/// A value: time is in the events and in the market. Tickers go out once a second for markets that traded, candles at
/// most every two seconds and when they close, books every 100 ms or every second.
struct BinanceBroadcast {
    private var interest = BinanceInterest()
    private var version = -1
    private var listings: [String: Int] = [:]
    private var names: [String] = []
    /// Traded since the last second's tickers and since their last candle push.
    private var changed: Set<Int> = []
    private var candlesChanged: Set<Int> = []
    private var second: Int64 = 0
    private var candleSlot: Int64 = 0
    private var depthSlot: Int64 = 0
    private var slowDepth: [Int: DepthMerge] = [:]
    /// Streams which the recording brings itself.
    private let recordedStreams: Set<String>

    init(recordedStreams: Set<String> = []) {
        self.recordedStreams = recordedStreams
    }

    /// The frames of one step of the market, in the order of time.
    mutating func frames(
        for events: [VenueEvent],
        in market: inout some ServedMarket,
        hub: StreamHub
    ) -> [StreamHub.Frame] {
        refreshInterest(market.listings, hub)
        var frames: [StreamHub.Frame] = []
        for event in events { add(event, market, &frames) }
        addTimed(&market, &frames)
        return frames
    }

    /// The tickers and candles that have changed since they last went out.
    mutating func flush(_ market: inout some ServedMarket, hub: StreamHub) -> [StreamHub.Frame] {
        refreshInterest(market.listings, hub)
        var frames: [StreamHub.Frame] = []
        addOpenCandles(market, &frames)
        addTickers(market, &frames)
        return frames
    }

    private mutating func refreshInterest(_ listings: [Listing], _ hub: StreamHub) {
        for listing in listings[names.count...] {
            self.listings[listing.symbol.text] = names.count
            names.append(listing.symbol.text.lowercased())
            version = -1
        }
        let current = hub.version
        guard current != version else { return }
        version = current
        interest = BinanceInterest(
            names: hub.names.filter { !recordedStreams.contains($0) },
            listings: self.listings
        )
        slowDepth = slowDepth.filter { interest.wants(.depth, $0.key) }
    }

    private mutating func add(_ event: VenueEvent, _ market: some ServedMarket, _ frames: inout [StreamHub.Frame]) {
        let index = event.listing
        switch event.payload {
        case .recorded(let frame):
            frames.append(StreamHub.Frame(stream: frame.stream, data: frame.data, combined: frame.combined))
        case .trade(let print):
            changed.insert(index)
            candlesChanged.insert(index)
            let listing = market.listings[index]
            if interest.wants(.trade, index) {
                frames.append(frame(index, "trade", BinanceFrames.trade(print, listing, now: event.time)))
            }
            if interest.wants(.aggregateTrade, index) {
                frames.append(frame(index, "aggTrade", BinanceFrames.aggregateTrade(print, listing, now: event.time)))
            }
        case .quote(let top):
            guard interest.wants(.bookTicker, index) else { return }
            frames.append(frame(index, "bookTicker", BinanceFrames.bookTicker(top, market.listings[index])))
        case .candleClosed(let interval, let bar):
            // One built from trades has been told by them; one from a file is the first that is heard of them.
            if bar.tradeIDs == nil, bar.volume > .zero { changed.insert(index) }
            addClosed(bar, interval, event, market, &frames)
        }
    }

    /// The closed candle, and when it was a minute those of the longer intervals that end with it.
    private func addClosed(
        _ bar: Bar,
        _ interval: CandleInterval,
        _ event: VenueEvent,
        _ market: some ServedMarket,
        _ frames: inout [StreamHub.Frame]
    ) {
        guard let channels = interest.channels[event.listing] else { return }
        let end = bar.openTime.adding(milliseconds: interval.milliseconds)
        for longer in CandleInterval.allCases where channels.contains(.candle(longer)) {
            guard longer == interval || (interval == .oneMinute && longer.openTime(of: end) == end) else { continue }
            let start = end.adding(milliseconds: -longer.milliseconds)
            let whole =
                longer == interval
                ? bar : market.series(of: event.listing).bars(longer, from: start, to: start, limit: 1).first
            guard let whole else { continue }
            frames.append(candle(whole, longer, isClosed: true, event.listing, market, event.time))
        }
    }

    private mutating func addTimed(_ market: inout some ServedMarket, _ frames: inout [StreamHub.Frame]) {
        let now = market.time.milliseconds
        if now / 100 != depthSlot {
            addDepth(&market, isSecond: now / 1000 != depthSlot / 10, &frames)
            depthSlot = now / 100
        }
        if now / 2000 != candleSlot {
            candleSlot = now / 2000
            addOpenCandles(market, &frames)
        }
        if now / 1000 != second {
            second = now / 1000
            addTickers(market, &frames)
        }
    }

    private mutating func addTickers(_ market: some ServedMarket, _ frames: inout [StreamHub.Frame]) {
        defer { changed.removeAll(keepingCapacity: true) }
        var all: [BinanceJSON] = []
        for index in changed.sorted() {
            let channels = interest.channels[index] ?? []
            guard interest.wantsAllMiniTickers || !channels.isDisjoint(with: [.miniTicker, .ticker]) else { continue }
            let tickers = BinanceTickers(
                listing: market.listings[index],
                day: market.day(of: index),
                quote: market.quote(of: index)
            )
            let mini = tickers.mini(now: market.time)
            if interest.wantsAllMiniTickers { all.append(mini) }
            if channels.contains(.miniTicker) { frames.append(frame(index, "miniTicker", mini)) }
            if channels.contains(.ticker) { frames.append(frame(index, "ticker", tickers.full(now: market.time))) }
        }
        guard !all.isEmpty else { return }
        var json = BinanceJSON(capacity: all.count * 200)
        json.array(all)
        frames.append(StreamHub.Frame(stream: BinanceInterest.allMiniTickers, data: json.bytes))
    }

    private mutating func addOpenCandles(_ market: some ServedMarket, _ frames: inout [StreamHub.Frame]) {
        defer { candlesChanged.removeAll(keepingCapacity: true) }
        for (index, channels) in interest.channels.sorted(by: { $0.key < $1.key }) where candlesChanged.contains(index)
        {
            let series = market.series(of: index)
            for interval in CandleInterval.allCases where channels.contains(.candle(interval)) {
                guard let open = series.bars(interval, from: nil, to: nil, limit: 1).last else { continue }
                frames.append(candle(open, interval, isClosed: false, index, market, market.time))
            }
        }
    }

    private mutating func addDepth(
        _ market: inout some ServedMarket,
        isSecond: Bool,
        _ frames: inout [StreamHub.Frame]
    ) {
        for (index, channels) in interest.channels where !channels.isDisjoint(with: [.depth, .fastDepth]) {
            let listing = market.listings[index]
            if let change = market.depthChange(of: index) {
                if channels.contains(.fastDepth) {
                    let json = BinanceFrames.depth(change, listing, now: market.time)
                    frames.append(frame(index, "depth@100ms", json))
                }
                if channels.contains(.depth) { slowDepth[index, default: DepthMerge()].add(change) }
            }
            guard isSecond, let merged = slowDepth.removeValue(forKey: index)?.change else { continue }
            frames.append(frame(index, "depth", BinanceFrames.depth(merged, listing, now: market.time)))
        }
    }

    private func candle(
        _ bar: Bar,
        _ interval: CandleInterval,
        isClosed: Bool,
        _ index: Int,
        _ market: some ServedMarket,
        _ now: MarketTime
    ) -> StreamHub.Frame {
        let listing = market.listings[index]
        let json = BinanceFrames.candle(bar, interval, isClosed: isClosed, listing, now: now)
        return frame(index, "kline_" + interval.rawValue, json)
    }

    private func frame(_ index: Int, _ channel: String, _ json: BinanceJSON) -> StreamHub.Frame {
        StreamHub.Frame(stream: names[index] + "@" + channel, data: json.bytes)
    }
}
