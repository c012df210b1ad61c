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

        init(of market: borrowing MarketActivity) {
            var running = Window()
            var index = 0
            let last = market.lastPrice
            var windows = windows
            func close(_ price: Float) {
                var window = running
                window.move = last - price
                window.low = min(window.low, price)
                switch index {
                case 0: windows.0 = window
                case 1: windows.1 = window
                case 2: windows.2 = window
                case 3: windows.3 = window
                case 4: windows.4 = window
                default: windows.5 = window
                }
                index += 1
            }
            market.minute.visit { age, second in
                while index < PumpFeatures.windows.count, age >= PumpFeatures.windows[index] { close(second.close) }
                guard index < PumpFeatures.windows.count else { return false }
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
                return true
            }
            let before = market.history.lastPrice ?? last
            while index < PumpFeatures.windows.count { close(before) }
            self.windows = windows
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
