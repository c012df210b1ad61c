import Foundation

/// What the model sees of a market at one moment: pure numbers without a unit, a coin's name or a time of day.
///
/// Pumps are announced on the hour, so a model that knew the time would learn the calendar.
package struct PumpFeatures: Sendable {
    /// Seconds, ending now.
    static let windows: [Int64] = (0..<windowCount).map(seconds(of:))
    static let windowCount = 6

    /// Of a window; a switch, since an array's bounds would be looked at with every second that is summed.
    static func seconds(of window: Int) -> Int64 {
        switch window {
        case 0: 1
        case 1: 2
        case 2: 5
        case 3: 10
        case 4: 30
        default: 60
        }
    }

    /// In the order of ``values``.
    package static let names: [String] = {
        let perWindow = windows.flatMap { window in
            ["rushes", "rush_surge", "buy_surge", "volume_surge", "return", "buy_share", "orders"].map {
                "\($0)_\(window)"
            }
        }
        return perWindow + [
            "volume_surge_2h", "buy_surge_2h", "rush_surge_2h",
            "volume_record", "buy_record", "rush_record", "return_record",
            "volume_deviations", "buy_deviations", "rush_deviations", "return_deviations_10", "return_deviations_60",
            "rise_from_low_10", "rise_from_low_60", "sweep_10", "longest_order_10", "rush_share_10", "fill_size_10",
            "sell_surge_10", "sell_surge_60", "above_5m", "above_2h", "above_day_high",
            "volume_5m_2h", "buys_5m_2h", "volume_2h_16h", "buys_2h_16h", "rushes_5m_16h",
            "usual_buys", "usual_rush_share", "usual_move",
            "busy_10", "busy_60", "sizes_2", "sizes_10", "sizes_60", "orders_per_rush_10", "orders_2_of_10",
            "orders_10_of_60", "bought_2_of_10", "bought_10_of_60", "fall_from_high_10", "fall_from_high_60",
            "move_per_order_10", "move_2_of_10",
            "volume_size_100", "buy_size_100", "rush_size_100", "move_size_100",
            "volume_size_700", "buy_size_700", "rush_size_700", "move_size_700",
            "volume_excess", "buy_excess", "rush_excess", "move_excess",
        ]
    }()

    package private(set) var values = [Float](repeating: 0, count: names.count)
    private var filled = 0

    package init() {}

    /// Overwrites the values with what a market does now.
    package mutating func take(_ market: borrowing MarketActivity) {
        filled = 0
        let sums = Sums(of: market)
        let usual = market.history.long.typical
        let halfway = market.history.middle.typical
        let recent = market.history.short.typical
        for window in 0..<Self.windowCount { addWindow(sums.at(window), Float(Self.seconds(of: window)) / 10, usual) }
        let ten = sums.at(3)
        let minute = sums.at(5)
        let now = Measures(ten.bought, Float(ten.buys), Float(ten.rushes), 0)
        add(Self.surge(now.x, halfway.x, of: halfway.x))
        add(Self.surge(now.y, halfway.y, of: 1))
        add(Self.surge(now.z, halfway.z, of: 0.3))
        let records = market.history.records
        add(Self.surge(now.x, records.measures.x, of: usual.x))
        add(Self.surge(now.y, records.measures.y, of: 1))
        add(Self.surge(now.z, records.measures.z, of: 0.3))
        add(ten.move - records.measures.w)
        let deviation = market.history.long.deviation
        for measure in 0..<3 { add(Self.deviations(now[measure] - usual[measure], deviation[measure])) }
        let move = max(Self.deviation(of: usual.w, deviation.w), 1e-4)
        add(Self.deviations(ten.move, move))
        add(Self.deviations(minute.move, move))
        add(market.lastPrice - ten.low)
        add(market.lastPrice - minute.low)
        add(ten.sweep)
        add(log1p(Float(ten.longest)))
        add(Float(ten.rushes) / Float(max(ten.orders, 1)))
        let fill = ten.bought / Float(max(ten.buys, 1))
        add(Self.surge(fill, usual.x / max(usual.y, 1e-6), of: usual.x / max(usual.y, 1e-6)))
        add(Self.surge(Float(ten.sells), usual.y, of: 1))
        add(Self.surge(Float(minute.sells), usual.y * 6, of: 1))
        add(market.lastPrice - market.history.shortPrice)
        add(market.lastPrice - market.history.middlePrice)
        add(records.high.isFinite ? market.lastPrice - records.high : 0)
        add(Self.surge(recent.x, halfway.x, of: halfway.x))
        add(Self.surge(recent.y, halfway.y, of: 0.01))
        add(Self.surge(halfway.x, usual.x, of: usual.x))
        add(Self.surge(halfway.y, usual.y, of: 0.01))
        add(Self.surge(recent.z, usual.z, of: 0.003))
        add(log(usual.y + 1e-3))
        add(usual.z / max(usual.y, 1e-6))
        add(log(move))
        let two = sums.at(1)
        add(Float(ten.busy))
        add(Float(minute.busy))
        add(Float(two.sizes.nonzeroBitCount))
        add(Float(ten.sizes.nonzeroBitCount))
        add(Float(minute.sizes.nonzeroBitCount))
        add(Float(ten.buys) / Float(max(ten.orders, 1)))
        add(Float(two.orders) / Float(max(ten.orders, 1)))
        add(Float(ten.orders) / Float(max(minute.orders, 1)))
        add(two.bought / max(ten.bought, .leastNormalMagnitude))
        add(ten.bought / max(minute.bought, .leastNormalMagnitude))
        add(ten.high - market.lastPrice)
        add(minute.high - market.lastPrice)
        add(ten.move / Float(max(ten.orders, 1)))
        add(ten.move - two.move)
        let size = ActivityHistory.logarithms(Measures(now.x, now.y, now.z, ten.move))
        let hundred = market.history.shortSizes
        let many = market.history.longSizes
        let near = (size - hundred.typical) / (hundred.deviation + 0.2)
        let far = (size - many.typical) / (many.deviation + 0.2)
        for measure in 0..<4 { add(near[measure]) }
        for measure in 0..<4 { add(far[measure]) }
        let excess = size - many.typical
        for measure in 0..<4 { add(excess[measure]) }
    }

    private mutating func addWindow(_ window: Sums.Window, _ tens: Float, _ usual: Measures) {
        add(log1p(Float(window.rushes)))
        add(Self.surge(Float(window.rushes), usual.z * tens, of: 0.3))
        add(Self.surge(Float(window.buys), usual.y * tens, of: 1))
        add(Self.surge(window.bought, usual.x * tens, of: usual.x))
        add(window.move)
        add(window.bought / max(window.bought + window.sold, .leastNormalMagnitude))
        add(log1p(Float(window.orders)))
    }

    private mutating func add(_ value: Float) {
        values[filled] = value
        filled += 1
    }

    /// The logarithm of how many times more than usual, with a tenth of a unit added so that nothing is divided by zero.
    private static func surge(_ now: Float, _ usual: Float, of unit: Float) -> Float {
        let floor = max(unit * 0.1, 1e-9)
        return log((now + floor) / (usual + floor))
    }

    private static func deviations(_ distance: Float, _ deviation: Float) -> Float {
        let ratio = distance / max(deviation, 1e-6)
        return ratio < 0 ? -log1p(-ratio) : log1p(ratio)
    }

    /// The root mean square.
    private static func deviation(of mean: Float, _ deviation: Float) -> Float {
        (mean * mean + deviation * deviation).squareRoot()
    }
}
