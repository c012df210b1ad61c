import Markets
import Testing
import Venues

@Suite("Lag window")
struct LagWindowTests {
    @Test("Median and 99th percentile by nearest rank")
    func ranks() {
        var window = LagWindow()
        #expect(window.summary == nil)
        for lag in (1...100).shuffled() { window.add(Int64(lag)) }
        #expect(window.summary == VenueStatus.Lag(p50: 50, p99: 99))
        var one = LagWindow()
        one.add(-3)
        #expect(one.summary == VenueStatus.Lag(p50: -3, p99: -3))
    }

    @Test("Only the last 1,024 messages count")
    func bounded() {
        var window = LagWindow()
        for _ in 0..<5000 { window.add(1000) }
        for _ in 0..<LagWindow.capacity { window.add(2) }
        #expect(window.summary == VenueStatus.Lag(p50: 2, p99: 2))
    }
}
