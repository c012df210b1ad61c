/// What a series of numbers kept elsewhere means.
package enum MetricKind: String, Sendable {
    /// Only ever rises.
    case counter
    case gauge
}

/// One number with its labels, as it is now.
package struct MetricSample: Sendable {
    let labels: [(String, String)]
    /// As the text format writes it.
    let text: String

    package init(_ labels: [(String, String)] = [], _ value: Int) {
        self.labels = labels
        text = String(value)
    }

    package init(_ labels: [(String, String)] = [], _ value: Double) {
        self.labels = labels
        text = "\(value)"
    }
}
