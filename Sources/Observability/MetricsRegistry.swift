import Synchronization

/// Counters, gauges and histograms, rendered in Prometheus' text format (version 0.0.4).
///
/// Series are made once at start and kept by those who count, so counting is one atomic addition and the number of
/// series is bounded by the program's text, never by what clients send.
package final class MetricsRegistry: Sendable {
    private struct Family {
        var help: String
        var kind: String
        var series: [(labels: String, render: @Sendable (_ name: String, _ labels: String) -> String)]
    }

    private let families = Mutex<[(name: String, family: Family)]>([])

    package init() {}

    /// A counter: only ever rises.
    package func counter(_ name: String, help: String, labels: [(String, String)] = []) -> MetricCounter {
        let counter = MetricCounter()
        add(name, help: help, kind: "counter", labels: labels) { "\($0)\($1) \(counter.value)\n" }
        return counter
    }

    /// A gauge that is read when metrics are asked for.
    package func gauge(
        _ name: String,
        help: String,
        labels: [(String, String)] = [],
        read: @escaping @Sendable () -> Double
    ) {
        add(name, help: help, kind: "gauge", labels: labels) { "\($0)\($1) \(read())\n" }
    }

    /// A counter kept elsewhere, read when metrics are asked for.
    package func observedCounter(
        _ name: String,
        help: String,
        labels: [(String, String)] = [],
        read: @escaping @Sendable () -> Int
    ) {
        add(name, help: help, kind: "counter", labels: labels) { "\($0)\($1) \(read())\n" }
    }

    /// Series kept elsewhere, each with labels of its own, read together when metrics are asked for.
    ///
    /// Which labels there are may change from reading to reading; that there are few of them is up to the reader.
    package func observed(
        _ name: String,
        _ kind: MetricKind,
        help: String,
        read: @escaping @Sendable () -> [MetricSample]
    ) {
        add(name, help: help, kind: kind.rawValue, labels: []) { name, _ in
            read().reduce(into: "") { $0 += "\(name)\(Self.text(of: $1.labels)) \($1.text)\n" }
        }
    }

    /// A histogram of seconds.
    package func histogram(
        _ name: String,
        help: String,
        labels: [(String, String)] = [],
        bounds: [Double] = MetricHistogram.ofRequests
    ) -> MetricHistogram {
        let histogram = MetricHistogram(bounds: bounds)
        add(name, help: help, kind: "histogram", labels: labels) { histogram.rendered(name: $0, labels: $1) }
        return histogram
    }

    private func add(
        _ name: String,
        help: String,
        kind: String,
        labels: [(String, String)],
        render: @escaping @Sendable (_ name: String, _ labels: String) -> String
    ) {
        let text = Self.text(of: labels)
        families.withLock { families in
            if let index = families.firstIndex(where: { $0.name == name }) {
                families[index].family.series.append((text, render))
            } else {
                families.append((name, Family(help: help, kind: kind, series: [(text, render)])))
            }
        }
    }

    private static func text(of labels: [(String, String)]) -> String {
        labels.isEmpty ? "" : "{" + labels.map { "\($0)=\"\($1)\"" }.joined(separator: ",") + "}"
    }

    /// All series.
    package func rendered() -> String {
        families.withLock { families in
            families.reduce(into: "") { text, entry in
                text += "# HELP \(entry.name) \(entry.family.help)\n# TYPE \(entry.name) \(entry.family.kind)\n"
                for series in entry.family.series { text += series.render(entry.name, series.labels) }
            }
        }
    }
}
