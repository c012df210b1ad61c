import Addressing
import Guard
import Testing

@Suite("Refusals in the record")
struct RefusalLedgerTests {
    private func visitor(_ address: String) throws -> Visitor {
        Visitor(address: try #require(NetworkAddress(address)), agent: "okhttp")
    }

    @Test("The first of a kind is told at once, those like it as a number when the minute ends")
    func minute() throws {
        var ledger = RefusalLedger()
        let jane = try visitor("203.0.113.9")
        let first = ledger.note(reason: "rate_limited", by: jane, at: 60_000)
        #expect(first.map(\.count) == [1] && first.first?.visitor == jane)
        for second in 0..<50 {
            #expect(ledger.note(reason: "rate_limited", by: jane, at: 60_000 + Int64(second)).isEmpty)
        }
        #expect(ledger.note(reason: "ip_blocked", by: jane, at: 70_000).count == 1)
        #expect(ledger.note(reason: "rate_limited", by: try visitor("203.0.113.10"), at: 70_000).count == 1)
        #expect(ledger.close(before: 119_999).isEmpty)
        let rest = ledger.close(before: 120_000)
        #expect(rest.map(\.count) == [50] && rest.first?.visitor == nil)
        #expect(rest.first?.kind.reason == "rate_limited" && rest.first?.kind.address == jane.address)
        #expect(ledger.close(before: 180_000).isEmpty)
    }

    @Test("A flood from a hundred thousand addresses is two thousand lines and one")
    func flood() {
        var ledger = RefusalLedger()
        var lines = 0
        for number in 0..<100_000 {
            let visitor = Visitor(address: NetworkAddress(high: UInt64(number), low: 0), agent: nil)
            lines += ledger.note(reason: "rate_limited", by: visitor, at: 60_000).count
        }
        #expect(lines == RefusalLedger.maximumKinds + 1)
        let rest = ledger.closeAll()
        #expect(rest.map(\.count) == [100_000 - RefusalLedger.maximumKinds - 1])
        #expect(rest.first?.kind.address == nil)
    }
}
