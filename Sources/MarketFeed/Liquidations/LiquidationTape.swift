import DequeModule
import Markets

/// The liquidations of the last day: the recent ones of each symbol, and sums by the minute.
///
/// A value without a clock. Bounded: the newest hundred of a symbol, 1,440 minutes of each market, and as many symbols
/// as the owner allows.
struct LiquidationTape: Sendable {
    static let recentPerSymbol = 100
    /// Of each market: venues repeat the last ones after a reconnect and give them no number.
    fileprivate static let remembered = 1_024
    fileprivate static let keptMinutes = LiquidationWindow.oneDay.minutes

    /// Notional, quote asset.
    struct Sums: Hashable, Sendable {
        var long = Money.zero
        var short = Money.zero

        /// Sums stop growing at the end of the representable range.
        mutating func add(_ notional: Money, to side: PositionSide) {
            switch side {
            case .long: long = long.adding(notional) ?? long
            case .short: short = short.adding(notional) ?? short
            }
        }
    }

    fileprivate struct MarketTape: Sendable {
        var minutes: Deque<(minute: Int64, sums: Sums)> = []
        var last: Deque<VenueLiquidation> = []
        var known: Set<VenueLiquidation> = []

        /// False for one that is among the last.
        mutating func isNew(_ one: VenueLiquidation) -> Bool {
            guard known.insert(one).inserted else { return false }
            last.append(one)
            if last.count > LiquidationTape.remembered { known.remove(last.removeFirst()) }
            return true
        }
    }

    fileprivate struct SymbolTape: Sendable {
        /// Oldest first.
        var recent: Deque<VenueLiquidation> = []
        var markets = Array(repeating: MarketTape(), count: Venue.allCases.count)
    }

    let maximumSymbols: Int
    private(set) var refused = 0
    private var symbols: [Symbol: SymbolTape] = [:]

    init(maximumSymbols: Int) { self.maximumSymbols = maximumSymbols }

    /// Takes one liquidation.
    ///
    /// - Returns: false for one that is known already, or beyond the bound.
    mutating func take(_ one: VenueLiquidation) -> Bool {
        let symbol = one.liquidation.symbol
        guard symbols[symbol] != nil || symbols.count < maximumSymbols else {
            refused += 1
            return false
        }
        return symbols[symbol, default: SymbolTape()].take(one)
    }

    /// Takes one from the store: into the sums too when it is not older than the instant, which the store's sums end at.
    mutating func remember(_ one: VenueLiquidation, countedFrom instant: MarketTime) {
        let symbol = one.liquidation.symbol
        guard symbols[symbol] != nil || symbols.count < maximumSymbols else { return }
        _ = symbols[symbol, default: SymbolTape()].take(one, isCounted: one.time >= instant)
    }

    /// Takes a sum from the store, for a minute in which nothing was taken yet.
    mutating func restore(_ sum: LiquidationSum) {
        guard symbols[sum.symbol] != nil || symbols.count < maximumSymbols else { return }
        symbols[sum.symbol, default: SymbolTape()].restore(sum)
    }

    /// The newest of the symbol, newest first.
    func recent(_ symbol: Symbol) -> [VenueLiquidation] { symbols[symbol]?.recent.reversed() ?? [] }

    /// What was closed on the venue within the window that ends now.
    func sums(_ symbol: Symbol, on venue: Venue, over window: LiquidationWindow, now: MarketTime) -> Sums {
        let current = Self.minute(of: now)
        return symbols[symbol]?.sums(on: venue, minutes: (current - window.minutes + 1)...current) ?? Sums()
    }

    static func minute(of time: MarketTime) -> Int64 {
        CandleInterval.oneMinute.openTime(of: time).milliseconds / 60_000
    }
}

extension LiquidationTape.SymbolTape {
    fileprivate mutating func take(_ one: VenueLiquidation, isCounted: Bool = true) -> Bool {
        let place = one.venue.position
        guard markets[place].isNew(one) else { return false }
        let behind = recent.lastIndex { $0.time <= one.time }.map { $0 + 1 } ?? 0
        recent.insert(one, at: behind)
        if recent.count > LiquidationTape.recentPerSymbol { recent.removeFirst() }
        guard isCounted else { return true }
        markets[place].change(LiquidationTape.minute(of: one.time)) { sums in
            sums.add(one.liquidation.notional ?? .zero, to: one.liquidation.side)
        }
        return true
    }

    fileprivate mutating func restore(_ sum: LiquidationSum) {
        markets[sum.venue.position].change(LiquidationTape.minute(of: sum.minute)) { sums in
            sums.add(sum.long, to: .long)
            sums.add(sum.short, to: .short)
        }
    }

    fileprivate func sums(on venue: Venue, minutes: ClosedRange<Int64>) -> LiquidationTape.Sums {
        var total = LiquidationTape.Sums()
        for (minute, sums) in markets[venue.position].minutes where minutes.contains(minute) {
            total.add(sums.long, to: .long)
            total.add(sums.short, to: .short)
        }
        return total
    }
}

extension LiquidationTape.MarketTape {
    fileprivate mutating func change(_ minute: Int64, _ body: (inout LiquidationTape.Sums) -> Void) {
        let place = (minutes.lastIndex { $0.minute <= minute }) ?? -1
        if place >= 0, minutes[place].minute == minute {
            body(&minutes[place].sums)
        } else {
            var sums = LiquidationTape.Sums()
            body(&sums)
            minutes.insert((minute, sums), at: place + 1)
        }
        while let first = minutes.first, let last = minutes.last,
            last.minute - first.minute >= LiquidationTape.keptMinutes
        {
            minutes.removeFirst()
        }
    }
}
