import Synchronization

/// How often something took how long.
package final class MetricHistogram: Sendable {
    /// The customary buckets of a web server, 1 ms to 10 s; upper bounds in seconds.
    package static let ofRequests: [Double] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

    /// For what takes microseconds: 5 µs to 1 s, at most a third apart below a millisecond.
    package static let ofDeliveries: [Double] = [
        0.000_005, 0.000_007_5, 0.000_01, 0.000_015, 0.000_02, 0.000_03, 0.000_04, 0.000_05, 0.000_075, 0.000_1,
        0.000_15, 0.000_2, 0.000_3, 0.000_4, 0.000_5, 0.000_75, 0.001, 0.0015, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.025,
        0.05, 0.1, 0.25, 0.5, 1,
    ]

    private struct State {
        var counts: [Int]
        var sum = 0.0
    }

    private let bounds: [Double]
    private let state: Mutex<State>

    /// - Parameter bounds: in seconds, rising.
    init(bounds: [Double]) {
        self.bounds = bounds
        state = Mutex(State(counts: Array(repeating: 0, count: bounds.count + 1)))
    }

    /// Counts one observation, or several alike.
    package func record(seconds: Double, times: Int = 1) {
        let bucket = bounds.firstIndex { seconds <= $0 } ?? bounds.count
        state.withLock { state in
            state.counts[bucket] += times
            state.sum += seconds * Double(times)
        }
    }

    func rendered(name: String, labels: String) -> String {
        let (counts, sum) = state.withLock { ($0.counts, $0.sum) }
        let inner = labels.isEmpty ? "" : labels.dropFirst().dropLast() + ","
        var text = ""
        var total = 0
        for (index, count) in counts.enumerated() {
            total += count
            let bound = index < bounds.count ? "\(bounds[index])" : "+Inf"
            text += "\(name)_bucket{\(inner)le=\"\(bound)\"} \(total)\n"
        }
        return text + "\(name)_sum\(labels) \(sum)\n\(name)_count\(labels) \(total)\n"
    }
}
