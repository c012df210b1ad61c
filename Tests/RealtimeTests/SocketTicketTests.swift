import Realtime
import TestKit
import Testing

@Suite("Tickets for sockets")
struct SocketTicketTests {
    private let clock = ManualClock()

    private func tickets(maximum: Int = 3) -> SocketTickets {
        SocketTickets(maximum: maximum) { [clock] in clock.milliseconds }
    }

    @Test("A ticket stands for its token once")
    func once() {
        let tickets = tickets()
        let ticket = tickets.issue(for: "token")
        #expect(ticket.wholeMatch(of: /[0-9a-f]{64}/) != nil)
        #expect(tickets.redeem(ticket) == "token")
        #expect(tickets.redeem(ticket) == nil)
        #expect(tickets.redeem("") == nil)
    }

    @Test(
        "A ticket is good for thirty seconds and not a millisecond longer",
        arguments: [(29_999, true), (30_000, false)]
    )
    func lifetime(age: Int64, isGood: Bool) {
        let tickets = tickets()
        let ticket = tickets.issue(for: "token")
        clock.advance(milliseconds: age)
        #expect((tickets.redeem(ticket) != nil) == isGood)
    }

    @Test("Past the bound the oldest ticket stops being good; one that was used makes no other go too early")
    func bound() {
        let tickets = tickets()
        let all = (0..<4).map { tickets.issue(for: "token \($0)") }
        #expect(all.map { tickets.redeem($0) } == [nil, "token 1", "token 2", "token 3"])
    }
}
