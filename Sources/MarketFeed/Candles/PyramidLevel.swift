package import Markets

/// One length of candle of a ``CandlePyramid`` and the shorter candles of its current window.
struct PyramidLevel: Sendable {
    let interval: CandleInterval
    /// The interval of the level below.
    let child: CandleInterval
    /// The open time of the candle that is being built; nil before the first part.
    var window: MarketTime?
    /// The closed parts of it, oldest first.
    var candles: [Candle] = []
    /// Since when every part is there; nil before the first.
    var soundFrom: MarketTime?

    /// Nil for one minute, which is built of trades.
    init?(_ interval: CandleInterval) {
        switch interval {
        case .oneMinute: return nil
        case .fiveMinutes: child = .oneMinute
        case .fifteenMinutes: child = .fiveMinutes
        case .oneHour: child = .fifteenMinutes
        case .fourHours: child = .oneHour
        case .oneDay: child = .fourHours
        }
        self.interval = interval
    }

    /// Whether nothing is missing in the window.
    func isSound(_ window: MarketTime) -> Bool { soundFrom.map { $0 <= window } ?? false }

    /// The first part that lies wholly behind the instant.
    func firstWholePart(from time: MarketTime) -> MarketTime {
        child.openTime(of: time.adding(milliseconds: child.milliseconds - 1))
    }

    /// Adds a part, or replaces the one of the same time.
    mutating func put(_ candle: Candle) {
        guard let place = candles.firstIndex(where: { $0.openTime >= candle.openTime }) else {
            candles.append(candle)
            return
        }
        if candles[place].openTime == candle.openTime {
            candles[place] = candle
        } else {
            candles.insert(candle, at: place)
        }
    }

    /// The candles that are still being built, oldest first: the parts kept here and the live parts of the level below.
    func live(below: [LiveCandle]) -> [LiveCandle] {
        var windows: [MarketTime: (candles: [Candle], isSound: Bool)] = [:]
        if let window, !candles.isEmpty { windows[window] = (candles, isSound(window)) }
        for part in below {
            let window = interval.openTime(of: part.candle.openTime)
            let known = windows[window] ?? ([], isSound(window))
            windows[window] = (known.candles + [part.candle], known.isSound && part.isSound)
        }
        return windows.sorted { $0.key < $1.key }.compactMap { _, parts in
            Candle.folding(parts.candles, into: interval, isClosed: false)
                .map { LiveCandle(candle: $0, isSound: parts.isSound) }
        }
    }
}

/// A candle that is still being built.
package struct LiveCandle: Hashable, Sendable {
    package var candle: Candle
    /// False when some of its trades were not heard.
    package var isSound: Bool

    package init(candle: Candle, isSound: Bool) {
        self.candle = candle
        self.isSound = isSound
    }
}
