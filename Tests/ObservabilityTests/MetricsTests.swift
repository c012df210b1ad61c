import Observability
import Testing

@Suite("Metrics")
struct MetricsTests {
    @Test("The text is Prometheus' own format")
    func text() {
        let registry = MetricsRegistry()
        let ok = registry.counter("requests_total", help: "Requests.", labels: [("class", "2xx")])
        let bad = registry.counter("requests_total", help: "Requests.", labels: [("class", "5xx")])
        registry.gauge("sockets", help: "Open sockets.") { 3 }
        ok.increment()
        ok.increment(by: 4)
        bad.increment()
        #expect(
            registry.rendered() == """
                # HELP requests_total Requests.
                # TYPE requests_total counter
                requests_total{class="2xx"} 5
                requests_total{class="5xx"} 1
                # HELP sockets Open sockets.
                # TYPE sockets gauge
                sockets 3.0

                """
        )
    }

    @Test("A histogram's buckets add up")
    func histogram() {
        let registry = MetricsRegistry()
        let histogram = registry.histogram("seconds", help: "Time.", labels: [("route", "a")])
        for seconds in [0.0005, 0.001, 0.002, 0.3, 99] { histogram.record(seconds: seconds) }
        let lines = registry.rendered().split(separator: "\n").map(String.init)
        #expect(lines.contains("seconds_bucket{route=\"a\",le=\"0.001\"} 2"))
        #expect(lines.contains("seconds_bucket{route=\"a\",le=\"0.0025\"} 3"))
        #expect(lines.contains("seconds_bucket{route=\"a\",le=\"0.5\"} 4"))
        #expect(lines.contains("seconds_bucket{route=\"a\",le=\"+Inf\"} 5"))
        #expect(lines.contains("seconds_count{route=\"a\"} 5"))
    }

    @Test("A histogram of deliveries tells microseconds apart")
    func deliveries() {
        let registry = MetricsRegistry()
        let histogram = registry.histogram("seconds", help: "Time.", bounds: MetricHistogram.ofDeliveries)
        for seconds in [0.000_004, 0.000_006, 0.000_9, 2] { histogram.record(seconds: seconds) }
        let lines = registry.rendered().split(separator: "\n").map(String.init)
        #expect(lines.contains("seconds_bucket{le=\"5e-06\"} 1"))
        #expect(lines.contains("seconds_bucket{le=\"7.5e-06\"} 2"))
        #expect(lines.contains("seconds_bucket{le=\"0.001\"} 3"))
        #expect(lines.contains("seconds_bucket{le=\"1.0\"} 3"))
        #expect(lines.contains("seconds_bucket{le=\"+Inf\"} 4"))
    }
}
