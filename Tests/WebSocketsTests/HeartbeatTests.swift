import NIOCore
import Testing
import WebSockets

@Suite("Heartbeat and control frames by the clock")
struct HeartbeatTests {
    private static func at(_ seconds: Int64) -> NIODeadline { .uptimeNanoseconds(0) + .seconds(1000 + seconds) }

    private static let limits = WebSocketLimits(heartbeatInterval: .seconds(30), heartbeatDeadline: .seconds(15))

    @Test("A silent peer is pinged, then given up")
    func silent() {
        var heartbeat = Heartbeat(limits: Self.limits)
        #expect(heartbeat.start(at: Self.at(0)) == .seconds(30))
        #expect(heartbeat.check(at: Self.at(30)) == .ping(.seconds(15)))
        #expect(heartbeat.check(at: Self.at(44)) == .wait(.seconds(1)))
        #expect(heartbeat.check(at: Self.at(45)) == .dead)
    }

    @Test("Anything heard puts the ping off, and answers one")
    func lively() {
        var heartbeat = Heartbeat(limits: Self.limits)
        _ = heartbeat.start(at: Self.at(0))
        heartbeat.heard(at: Self.at(20))
        #expect(heartbeat.check(at: Self.at(30)) == .wait(.seconds(20)))
        #expect(heartbeat.check(at: Self.at(50)) == .ping(.seconds(15)))
        heartbeat.heard(at: Self.at(51))
        #expect(heartbeat.check(at: Self.at(65)) == .wait(.seconds(16)))
        #expect(heartbeat.check(at: Self.at(81)) == .ping(.seconds(15)))
        #expect(heartbeat.check(at: Self.at(96)) == .dead)
    }

    @Test("Without an interval there are no pings")
    func off() {
        var heartbeat = Heartbeat(limits: WebSocketLimits(heartbeatInterval: nil))
        #expect(heartbeat.start(at: Self.at(0)) == nil)
    }

    @Test("Control frames are counted in windows")
    func budget() {
        var budget = ControlFrameBudget(count: 2, window: .seconds(10))
        #expect([0, 1, 2, 9].map { budget.take(at: Self.at($0)) } == [true, true, false, false])
        #expect([10, 11, 12].map { budget.take(at: Self.at($0)) } == [true, true, false])
    }
}
