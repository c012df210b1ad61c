import Foundation

/// What one market does and what is usual there: the state that pumps are told by.
///
/// About 3 kB, made once; a trade changes it in constant time without an allocation.
package struct MarketActivity: Sendable {
    /// A price that jumps farther than this, as a logarithm, counts once another trade agrees.
    static let suspiciousJump: Float = 0.25
    /// As a logarithm, of what counts as a rise afterwards.
    private static let smallestRise: Float = 0.0488
    /// Markets that were silent longer begin anew.
    private static let forgottenAfter: Int64 = 48 * 3600

    private(set) var minute = MinuteOfTrading()
    private(set) var history = ActivityHistory()
    /// Natural logarithm of the last price that was believed.
    private(set) var lastPrice: Float = 0
    private var suspect: Float?
    private var suspectTime: Int64 = 0

    private var started = false
    private var newest: Int64 = 0
    private var orderTime: Int64 = 0
    private var orderFills: UInt16 = 0
    private var orderStart: Float = 0

    package init() {}

    /// Whether hours of history are behind it.
    package var isWarm: Bool { history.chunks >= 360 }

    /// Takes a trade.
    ///
    /// - Returns: whether it was counted; not when its time is more than a minute behind, its figures are no figures, or
    ///   its price stands alone.
    @discardableResult
    package mutating func ingest(_ trade: PumpTrade) -> Bool {
        guard trade.price > 0, trade.quote > 0, trade.quote < 1e30, trade.milliseconds > 0 else { return false }
        let price = Float(log(trade.price))
        let second = trade.milliseconds / 1000
        if !started || second - minute.now > Self.forgottenAfter { restart(at: second, price: price) }
        guard second > minute.now - MinuteOfTrading.seconds else { return false }
        guard isBelievable(price, at: trade.milliseconds) else { return false }
        minute.advance(to: second) { history.add($0, $1) }
        if trade.isBuy { countBuy(trade, price, second) } else { countSell(trade, price, second) }
        newest = max(newest, trade.milliseconds)
        if second == minute.now { lastPrice = price }
        return true
    }

    private mutating func restart(at second: Int64, price: Float) {
        self = MarketActivity()
        started = true
        minute.restart(at: second)
        lastPrice = price
    }

    /// A lone trade far from all others is a venue's mistake until the next millisecond's trade is near it.
    private mutating func isBelievable(_ price: Float, at time: Int64) -> Bool {
        guard abs(price - lastPrice) > Self.suspiciousJump else {
            suspect = nil
            return true
        }
        if let suspect, time != suspectTime, abs(price - suspect) <= Self.suspiciousJump {
            self.suspect = nil
            return true
        }
        if suspect == nil || time != suspectTime {
            suspect = price
            suspectTime = time
        }
        return false
    }

    private mutating func countBuy(_ trade: PumpTrade, _ price: Float, _ second: Int64) {
        let continues = trade.milliseconds == orderTime
        if continues {
            orderFills = orderFills == .max ? .max : orderFills + 1
        } else {
            orderTime = trade.milliseconds
            orderFills = 1
            orderStart = price
        }
        let fills = orderFills
        let sweep = price - orderStart
        // Sizes are told apart within a factor of 2³², which is all that one market sees.
        let size: UInt32 = 1 << UInt32(trade.quote.exponent & 31)
        minute.update(second, price: price) { slot in
            slot.boughtQuote += Float(trade.quote)
            slot.buys = slot.buys == .max ? .max : slot.buys + 1
            if !continues { slot.orders = slot.orders == .max ? .max : slot.orders + 1 }
            if fills == 2 { slot.rushes = slot.rushes == .max ? .max : slot.rushes + 1 }
            slot.longestOrder = max(slot.longestOrder, fills)
            slot.sizes |= size
            slot.sweep = max(slot.sweep, sweep)
            slot.trade(at: price)
        }
    }

    private mutating func countSell(_ trade: PumpTrade, _ price: Float, _ second: Int64) {
        minute.update(second, price: price) { slot in
            slot.soldQuote += Float(trade.quote)
            slot.sells = slot.sells == .max ? .max : slot.sells + 1
            slot.trade(at: price)
        }
    }
}

extension MarketActivity {
    /// The cheap gate before the model: enough buys within ten seconds, and more of them than usual.
    package var isBusy: Bool {
        var buys = 0
        minute.visit { age, trading in
            guard age < 10 else { return false }
            buys += Int(trading.buys)
            return true
        }
        return buys >= 4 && Float(buys) >= 8 * history.long.typical.y
    }

    /// Whether the price has risen by a hundredth within half a minute, which nothing is a pump without.
    package var isRising: Bool { rise(over: 30) >= 0.01 }

    /// How far the price now is above that of so many seconds ago, at most 64, as a logarithm.
    private func rise(over seconds: Int64) -> Float {
        var before = history.lastPrice ?? lastPrice
        minute.visit { age, trading in
            guard age >= seconds else { return true }
            before = trading.close
            return false
        }
        return lastPrice - before
    }

    /// Natural logarithms of the lowest and the highest price of the last minute, and how many seconds ago the highest was.
    var minuteRange: (low: Float, high: Float, highAge: Int64) {
        var low = history.lastPrice ?? lastPrice
        var high = lastPrice
        var highAge: Int64 = 0
        minute.visit { age, trading in
            low = min(low, trading.low)
            if trading.high > high {
                high = trading.high
                highAge = age
            }
            return true
        }
        return (low, high, highAge)
    }

    /// When the rise of this minute began, if price and volume alone say that there is one, in milliseconds.
    ///
    /// It is one by 5 % from the minute's lowest price, on twenty times the usual volume, and begins where the price
    /// leaves the lowest fifth.
    var riseStart: Int64? {
        var bought: Float = 0
        minute.visit { _, trading in
            bought += trading.boughtQuote
            return true
        }
        let low = minuteRange.low
        guard lastPrice - low >= Self.smallestRise, bought >= 20 * 6 * history.long.typical.x else { return nil }
        var start = minute.now
        minute.visit { age, trading in
            start = minute.now - age
            return trading.low - low > (lastPrice - low) / 5
        }
        return start * 1000
    }

    /// Quote asset bought in the last ten seconds over what is usual in ten.
    var volumeRatio: Float {
        var bought: Float = 0
        minute.visit { age, trading in
            guard age < 10 else { return false }
            bought += trading.boughtQuote
            return true
        }
        let usual = history.long.typical.x
        return usual > 0 ? bought / usual : 0
    }
}
