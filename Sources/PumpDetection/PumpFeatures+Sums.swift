extension PumpFeatures {
    /// Totals of the windows that end now.
    struct Sums {
        struct Window {
            var bought: Float = 0
            var sold: Float = 0
            var buys = 0
            var sells = 0
            var orders = 0
            var rushes = 0
            var longest = 0
            var sweep: Float = 0
            var sizes: UInt32 = 0
            /// Seconds with a buy.
            var busy = 0
            var low = Float.infinity
            var high = -Float.infinity
            /// Logarithm of the price now over that before the window.
            var move: Float = 0
        }

        private var windows = (Window(), Window(), Window(), Window(), Window(), Window())
        private var running = Window()
        private var closed = 0
        private let last: Float

        init(of market: borrowing MarketActivity) {
            last = market.lastPrice
            market.minute.visit { age, second in
                while closed < PumpFeatures.windowCount, age >= PumpFeatures.seconds(of: closed) { close(second.close) }
                guard closed < PumpFeatures.windowCount else { return false }
                add(second)
                return true
            }
            let before = market.history.lastPrice ?? last
            while closed < PumpFeatures.windowCount { close(before) }
        }

        private mutating func add(_ second: SecondOfTrading) {
            running.bought += second.boughtQuote
            running.sold += second.soldQuote
            running.buys += Int(second.buys)
            running.sells += Int(second.sells)
            running.orders += Int(second.orders)
            running.rushes += Int(second.rushes)
            running.longest = max(running.longest, Int(second.longestOrder))
            running.sweep = max(running.sweep, second.sweep)
            running.sizes |= second.sizes
            running.busy += second.buys > 0 ? 1 : 0
            running.low = min(running.low, second.low)
            running.high = max(running.high, second.high)
        }

        /// Ends the shortest window that is still open; the price is the last one before it.
        private mutating func close(_ price: Float) {
            var window = running
            window.move = last - price
            window.low = min(window.low, price)
            switch closed {
            case 0: windows.0 = window
            case 1: windows.1 = window
            case 2: windows.2 = window
            case 3: windows.3 = window
            case 4: windows.4 = window
            default: windows.5 = window
            }
            closed += 1
        }

        func at(_ index: Int) -> Window {
            switch index {
            case 0: windows.0
            case 1: windows.1
            case 2: windows.2
            case 3: windows.3
            case 4: windows.4
            default: windows.5
            }
        }
    }
}
