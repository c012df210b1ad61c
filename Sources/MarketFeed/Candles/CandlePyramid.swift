import Markets

/// The longer candles of one market, each level built from the closed candles of the level below.
///
/// A level keeps only the candles of its current window: five minutes, three fives, four quarters, four hours, six
/// times four hours. A window that was not heard from its beginning, or that has a gap in it, yields no candle but a
/// gap, which the venue's own history fills.
struct CandlePyramid: Sendable {
    private let venue: Venue
    private let symbol: Symbol
    private var levels = CandleInterval.allCases.compactMap(PyramidLevel.init)

    init(venue: Venue, symbol: Symbol) {
        self.venue = venue
        self.symbol = symbol
    }

    /// Takes a closed one-minute candle, new or corrected.
    mutating func take(_ candle: Candle, into outputs: inout [CandleOutput]) {
        for level in levels.indices where levels[level].soundFrom == nil {
            levels[level].soundFrom = levels[level].firstWholePart(from: candle.openTime)
        }
        take(candle, at: 0, into: &outputs)
    }

    /// Notes that one-minute candles are missing or incomplete.
    mutating func spoil(_ span: TimeSpan, into outputs: inout [CandleOutput]) {
        spoil(span, from: 0, into: &outputs)
    }

    /// Closes every window that ends at or before the time.
    mutating func roll(to time: MarketTime, into outputs: inout [CandleOutput]) {
        for level in levels.indices {
            guard let window = levels[level].window else { continue }
            let next = levels[level].interval.openTime(of: time)
            if next > window { close(level, next: next, into: &outputs) }
        }
    }

    /// Takes closed candles of the venue's history that are complete over the span.
    ///
    /// `open` is the open time of the candle of their interval that is being built now.
    mutating func seed(_ candles: [Candle], of interval: CandleInterval, over span: TimeSpan, open: MarketTime) {
        guard let level = levels.firstIndex(where: { $0.child == interval }) else { return }
        let window = levels[level].window ?? levels[level].interval.openTime(of: open)
        guard span.from <= window, span.to >= levels[level].soundFrom ?? open else { return }
        levels[level].window = window
        for candle in candles where candle.isClosed {
            if levels[level].interval.openTime(of: candle.openTime) == window { levels[level].put(candle) }
        }
        levels[level].soundFrom = min(levels[level].soundFrom ?? span.from, span.from)
        heal(above: level)
    }

    /// A window that has become whole makes those above it whole which lacked nothing else.
    private mutating func heal(above healed: Int) {
        for (below, level) in zip(levels.indices, levels.indices.dropFirst()) where below >= healed {
            guard let part = levels[below].window, levels[below].isSound(part) else { return }
            let next = part.adding(milliseconds: levels[below].interval.milliseconds)
            guard levels[level].soundFrom == next else { return }
            levels[level].soundFrom = part
            levels[level].window = levels[level].window ?? levels[level].interval.openTime(of: part)
        }
    }

    /// The candles of the interval that are still being built, oldest first, given those of one minute.
    func live(_ interval: CandleInterval, minutes: [LiveCandle]) -> [LiveCandle] {
        guard let top = levels.firstIndex(where: { $0.interval == interval }) else { return minutes }
        return levels[...top].reduce(minutes) { below, level in level.live(below: below) }
    }

    private mutating func take(_ candle: Candle, at level: Int, into outputs: inout [CandleOutput]) {
        guard levels.indices.contains(level) else { return }
        let window = levels[level].interval.openTime(of: candle.openTime)
        if let current = levels[level].window, window > current { close(level, next: window, into: &outputs) }
        if let current = levels[level].window, window < current {
            // A correction of what has been folded and forgotten: only the venue can tell the longer candle now.
            spoil(candle.span, from: level, into: &outputs)
            return
        }
        levels[level].window = window
        levels[level].put(candle)
    }

    private mutating func spoil(_ span: TimeSpan, from first: Int, into outputs: inout [CandleOutput]) {
        for level in first..<levels.count {
            let interval = levels[level].interval
            if let window = levels[level].window, span.from < window {
                let past = interval.span(covering: TimeSpan(from: span.from, to: min(span.to, window)))
                outputs.append(.gap(gap(past, of: interval)))
            }
            if span.to > levels[level].window ?? span.from {
                let sound = levels[level].firstWholePart(from: span.to)
                levels[level].soundFrom = max(levels[level].soundFrom ?? sound, sound)
            }
        }
    }

    /// Ends the current window, and those without a candle between it and the next.
    private mutating func close(_ level: Int, next: MarketTime, into outputs: inout [CandleOutput]) {
        let closing = levels[level]
        guard let window = closing.window else { return }
        levels[level].window = next
        levels[level].candles = []
        if closing.isSound(window) {
            guard let folded = Candle.folding(closing.candles, into: closing.interval, isClosed: true) else { return }
            outputs.append(.closed(VenueCandle(venue: venue, candle: folded)))
            take(folded, at: level + 1, into: &outputs)
        } else {
            let unsound = TimeSpan(from: window, to: min(closing.soundFrom ?? next, next))
            let span = closing.interval.span(covering: unsound)
            outputs.append(.gap(gap(span, of: closing.interval)))
            if levels.indices.contains(level + 1) { spoil(span, from: level + 1, into: &outputs) }
        }
    }

    private func gap(_ span: TimeSpan, of interval: CandleInterval) -> CandleGap {
        CandleGap(series: CandleSeries(venue: venue, symbol: symbol, interval: interval), span: span)
    }
}
