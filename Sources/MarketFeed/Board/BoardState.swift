package import Markets

/// The engine of the ``MarketBoard``: a value that takes events and remembers what changed when.
struct BoardState: Sendable {
    let limits: BoardLimits
    let assets: AssetTable
    /// Rises by one with every change.
    private(set) var version: UInt64
    private var places: [Symbol: Int] = [:]
    private var entries: [SymbolEntry] = []
    /// The entry whose frame changed last; the chain goes on through `older`.
    private var newest: Int?
    private var desks = Array(repeating: VenueDesk(), count: Venue.allCases.count)
    private var sweeps = 0

    init(limits: BoardLimits, assets: AssetTable, version: UInt64) {
        self.limits = limits
        self.assets = assets
        self.version = version
    }

    // MARK: - Writing

    /// Takes the events and returns those that were believed, in order; duplicates are among them.
    mutating func ingest(_ events: [MarketEvent]) -> [MarketEvent] {
        var believed: [MarketEvent]?  // nil as long as all are
        for position in events.indices {
            desks[events[position].venue.position].counters.events += 1
            switch admit(events[position]) {
            case .pass, .passAfterError:
                believed?.append(events[position])
            case .passWithHeld(let held):
                believed = (believed ?? Array(events[..<position])) + [held, events[position]]
            case .hold:
                if believed == nil { believed = Array(events[..<position]) }
            }
        }
        return believed ?? events
    }

    mutating func list(_ instruments: [Instrument], on venue: Venue, now: MarketTime) {
        let kinds = desks[venue.position].list(instruments.prefix(2 * limits.symbolsPerVenue))
        for place in entries.indices where entries[place][venue] != nil {
            let symbol = entries[place].symbol
            guard kinds.contains(MarketKind(symbol)) else { continue }
            let instrument = desks[venue.position].instruments[symbol]
            entries[place][venue]?.isTrading = instrument?.isTrading ?? false
            if let instrument {
                entries[place][venue]?.delistedAt = nil
                name(place, as: instrument)
            } else if entries[place][venue]?.delistedAt == nil {
                entries[place][venue]?.delistedAt = now
            }
            touch(place, venue, withFrame: true)
        }
    }

    private mutating func name(_ place: Int, as instrument: Instrument) {
        entries[place].name(base: instrument.base, quote: instrument.quote)
        entries[place][instrument.venue]?.otherAsset = assets.other(instrument.base, on: instrument.venue)
    }

    mutating func report(_ status: VenueStatus, on venue: Venue) {
        desks[venue.position].status = status
    }

    // MARK: - Sweeping

    /// Symbols swept in one go, so that nobody waits long for the lock.
    static let sweepSlice = 64
    /// Every so many sweeps a symbol's venues are compared with each other.
    private static let sweepsPerComparison = 4

    /// Begins a sweep: which venues are silent.
    mutating func beginSweep(now: MarketTime) {
        sweeps += 1
        for venue in Venue.allCases {
            desks[venue.position].sweep(now: now, silence: limits.venueSilenceMilliseconds)
        }
    }

    /// Marks what was not heard for too long as stale, and forgets what was delisted long ago.
    ///
    /// - Returns: where the next slice begins; nil behind the last.
    mutating func sweep(from start: Int, now: MarketTime) -> Int? {
        let end = min(start + Self.sweepSlice, entries.count)
        guard start < end else { return nil }
        for place in start..<end {
            for venue in Venue.allCases { sweep(place, venue, now: now) }
            guard (place + sweeps).isMultiple(of: Self.sweepsPerComparison) else { continue }
            for venue in entries[place].judgeDivergence(now: now) { touch(place, venue, withFrame: true) }
        }
        return end < entries.count ? end : nil
    }

    private mutating func sweep(_ place: Int, _ venue: Venue, now: MarketTime) {
        // Field by field: a copy of the whole market costs more than all that is asked of it.
        guard let isStale = entries[place][venue]?.isStale else { return }
        if let delisted = entries[place][venue]?.delistedAt, now.since(delisted) > limits.delistedMilliseconds {
            entries[place][venue] = nil
            desks[venue.position].marketCount -= 1
            touch(place, venue, withFrame: true)
        } else if !isStale, let heardAt = entries[place][venue]?.heardAt {
            let isSilent = desks[venue.position].isSilent[MarketKind(entries[place].symbol)]
            guard isSilent || now.since(heardAt) > limits.marketSilenceMilliseconds else { return }
            entries[place][venue]?.isStale = true
            touch(place, venue, withFrame: true)
        }
    }

    // MARK: - Events

    private mutating func admit(_ event: MarketEvent) -> PriceGate.Verdict {
        let venue = event.venue
        desks[venue.position].hear(MarketKind(event.symbol), at: event.receivedTime)
        guard event.isSane else {
            desks[venue.position].counters.absurd += 1
            return .hold(dropped: true)
        }
        if let time = event.exchangeTime, !desks[venue.position].times.admits(time) {
            desks[venue.position].counters.implausible += 1
            return .hold(dropped: true)
        }
        switch event.payload {
        case .ticker, .quote, .trade, .openInterest, .funding: break
        case .candle, .book, .liquidation: return .pass
        }
        guard let place = place(of: event.symbol, on: venue, heardAt: event.receivedTime) else {
            desks[venue.position].counters.beyondBound += 1
            return .hold(dropped: true)
        }
        return judge(event, at: place)
    }

    private mutating func judge(_ event: MarketEvent, at place: Int) -> PriceGate.Verdict {
        let price: Price
        switch event.payload {
        case .ticker(let ticker): price = ticker.last
        case .trade(let trade): price = trade.price
        case .quote:
            apply(event, at: place)
            return .pass
        case .openInterest, .funding:
            if entries[place][event.venue]?.ingest(event) == .quote { touch(place, event.venue, withFrame: false) }
            return .pass
        case .candle, .book, .liquidation:
            return .pass
        }
        let verdict = entries[place][event.venue]?.gate.judge(price, of: event) ?? .pass
        switch verdict {
        case .pass: break
        case .passAfterError: desks[event.venue.position].counters.implausible += 1
        case .passWithHeld(let held): apply(held, at: place)
        case .hold(let dropped):
            desks[event.venue.position].counters.implausible += dropped ? 1 : 0
            return verdict
        }
        apply(event, at: place)
        return verdict
    }

    private mutating func apply(_ event: MarketEvent, at place: Int) {
        let (change, wasStale) = entries[place].take(event)
        switch change {
        case .price: touch(place, event.venue, withFrame: true)
        case .quote: touch(place, event.venue, withFrame: wasStale)
        case .outOfOrder, .nothing:
            desks[event.venue.position].counters.outOfOrder += change == .outOfOrder ? 1 : 0
            if wasStale { touch(place, event.venue, withFrame: true) }
        }
    }

    /// The entry of the symbol with a place for the venue, made when the bound allows.
    private mutating func place(of symbol: Symbol, on venue: Venue, heardAt: MarketTime) -> Int? {
        let known = places[symbol]
        if let known, entries[known].isOn(venue) { return known }
        guard desks[venue.position].marketCount < limits.symbolsPerVenue else { return nil }
        desks[venue.position].marketCount += 1
        let place = known ?? entries.count
        if known == nil {
            entries.append(SymbolEntry(symbol: symbol))
            places[symbol] = place
        }
        var market = VenueMarket(symbol: symbol, heardAt: MarketTime(milliseconds: 0))
        let instrument = desks[venue.position].instruments[symbol]
        market.isTrading = instrument?.isTrading ?? true
        market.otherAsset = assets.other(entries[place].base, on: venue)
        if desks[venue.position].isOffTheList(symbol) {
            market.isTrading = false
            market.delistedAt = heardAt
        }
        entries[place][venue] = market
        if let instrument { name(place, as: instrument) }
        return place
    }

    /// Notes a change, and moves the entry to the new end of the chain when its frame changed.
    private mutating func touch(_ place: Int, _ venue: Venue, withFrame: Bool) {
        version += 1
        entries[place].touch(venue, version: version, withFrame: withFrame)
        guard withFrame, newest != place else { return }
        let (older, newer) = (entries[place].older, entries[place].newer)
        if let older { entries[older].newer = newer }
        if let newer { entries[newer].older = older }
        entries[place].older = newest
        entries[place].newer = nil
        if let newest { entries[newest].newer = place }
        newest = place
    }

    // MARK: - Reading

    /// The newest payload of every symbol whose frame changed after the version, the longest unchanged first.
    mutating func changes(since version: UInt64) -> [TickerChange] {
        var changed: [TickerChange] = []
        var next = newest
        while let place = next, entries[place].frameVersion > version {
            if let payload = entries[place].framePayload() {
                changed.append(TickerChange(symbol: entries[place].symbol, payload: payload))
            }
            next = entries[place].older
        }
        changed.reverse()
        return changed
    }

    mutating func item(of symbol: Symbol) -> (item: SymbolEntry.Item, version: UInt64)? {
        guard let place = places[symbol], let item = entries[place].item(of: nil) else { return nil }
        return (item, entries[place].itemVersion)
    }

    /// The finished items that the filter lets through, in its order.
    mutating func items(_ filter: TickerFilter) -> [[UInt8]] {
        var chosen: [(key: Int128, place: Int)] = []
        chosen.reserveCapacity(entries.count)
        for place in entries.indices {
            if let quote = filter.quote, quote != entries[place].quote { continue }
            guard let item = entries[place].item(of: filter.exchange) else { continue }
            switch filter.sort {
            case .symbol: chosen.append((0, place))
            case .volume: chosen.append((item.volume.value.units, place))
            case .change: chosen.append((item.change.map { Int128($0.tenThousandths) } ?? .min, place))
            }
        }
        // Equal keys fall back to the name, so that the order does not depend on which symbol was heard first.
        chosen.sort { left, right in
            left.key == right.key ? entries[left.place].symbol < entries[right.place].symbol : right.key < left.key
        }
        return chosen.prefix(filter.limit ?? chosen.count).compactMap {
            entries[$0.place].item(of: filter.exchange)?.bytes
        }
    }

    func hasQuote(_ quote: String) -> Bool { entries.contains { $0.quote == quote } }

    func reports() -> [VenueReport] { Venue.allCases.compactMap { desks[$0.position].report($0) } }

    var counters: BoardCounters { desks.reduce(BoardCounters()) { $0 + $1.counters } }

    func counters(of venue: Venue) -> BoardCounters { desks[venue.position].counters }

    func instruments(of venue: Venue) -> [Instrument] {
        desks[venue.position].instruments.values.sorted { $0.symbol < $1.symbol }
    }

    /// The venues that list the symbol or were heard speaking of it: those that count first, the fresh ones before the
    /// stale, and the one where it trades most before the others.
    func venues(of symbol: Symbol) -> [Venue] {
        let entry = places[symbol].map { entries[$0] }
        let lines = TickerSummary.settingApart(entry?.lines ?? [])
        return Venue.allCases
            .filter { desks[$0.position].instruments[symbol] != nil || entry?[$0] != nil }
            .map { venue in (venue: venue, line: lines.first { $0.venue == venue }) }
            .sorted { Self.rank($0.line) > Self.rank($1.line) }
            .map(\.venue)
    }

    private static func rank(_ line: TickerSummary.Line?) -> (Int, Int, FixedPoint) {
        guard let line else { return (0, 0, .zero) }
        return (line.setApart == nil ? 1 : 0, line.isStale ? 0 : 1, line.volume.value)
    }

    /// The venues whose market is shown but does not count.
    func venuesApart(of symbol: Symbol) -> [Venue] {
        guard let place = places[symbol] else { return [] }
        return TickerSummary.settingApart(entries[place].lines).filter { $0.setApart != nil }.map(\.venue)
    }

    /// Everything that the venue lists or was heard speaking of.
    func symbols(on venue: Venue) -> Set<Symbol> {
        Set(desks[venue.position].instruments.keys).union(entries.lazy.filter { $0[venue] != nil }.map(\.symbol))
    }

    func isKnown(_ symbol: Symbol) -> Bool {
        if let place = places[symbol], entries[place].isListedAnywhere { return true }
        return desks.contains { $0.instruments[symbol] != nil }
    }

    /// The symbols that trade most on the venue, by quote volume.
    func mostTraded(on venue: Venue, limit: Int) -> [Symbol] {
        entries
            .compactMap { entry in entry.line(of: venue).map { (symbol: entry.symbol, volume: $0.volume) } }
            .sorted { ($1.volume, $0.symbol) < ($0.volume, $1.symbol) }
            .prefix(limit)
            .map(\.symbol)
    }
}

/// The newest WebSocket payload of a symbol.
package struct TickerChange: Sendable {
    package let symbol: Symbol
    /// `{"type":"ticker",…}`, one buffer shared by every reader.
    package let payload: [UInt8]
}
