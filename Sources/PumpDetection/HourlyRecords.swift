/// The busiest ten seconds and the highest price of each of the last 24 hours.
struct HourlyRecords: Sendable {
    private struct Hour: Sendable {
        var number: Int32 = .min
        var bought: Float = 0
        var buys: Float = 0
        var rushes: Float = 0
        var move: Float = 0
        var high = -Float.infinity
    }

    /// Of its array.
    static var bytes: Int { Int(count) * MemoryLayout<Hour>.stride }
    private static let count: Int32 = 24

    private var hours = [Hour](repeating: Hour(), count: Int(Self.count))
    private var current: Int32 = .min
    /// Of all the hours together.
    private(set) var measures = Measures.zero
    /// Natural logarithm.
    private(set) var high = -Float.infinity

    mutating func add(_ chunk: Measures, high price: Float, hour: Int64) {
        let hour = Int32(truncatingIfNeeded: hour)
        if hour != current { turn(to: hour) }
        let slot = Int(hour % Self.count)
        hours[slot].bought = max(hours[slot].bought, chunk.x)
        hours[slot].buys = max(hours[slot].buys, chunk.y)
        hours[slot].rushes = max(hours[slot].rushes, chunk.z)
        hours[slot].move = max(hours[slot].move, chunk.w)
        hours[slot].high = max(hours[slot].high, price)
        measures = pointwiseMax(measures, chunk)
        high = max(high, price)
    }

    private mutating func turn(to hour: Int32) {
        current = hour
        hours[Int(hour % Self.count)] = Hour(number: hour)
        measures = .zero
        high = -.infinity
        for past in hours where past.number > hour - Self.count && past.number <= hour {
            measures = pointwiseMax(measures, Measures(past.bought, past.buys, past.rushes, past.move))
            high = max(high, past.high)
        }
    }
}
