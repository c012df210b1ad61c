import Addressing
import Guard
import TestKit
import Testing

@Suite("Points against visitors")
struct VisitorBookTests {
    private let clock = ManualClock(milliseconds: 0)
    private let book: VisitorBook

    init() { book = VisitorBook(maximumVisitors: 100) { [clock] in clock.milliseconds } }

    private func address(_ text: String) throws -> NetworkAddress { try #require(NetworkAddress(text)) }

    @Test("The third decoy is too much, the second is not; a neighbour is not counted")
    func thirdDecoy() throws {
        #expect(try !book.note(.decoyPath, by: address("203.0.113.9")))
        #expect(try !book.note(.decoyPath, by: address("203.0.113.10")))
        #expect(try !book.note(.decoyPath, by: address("203.0.113.9")))
        #expect(try book.note(.decoyPath, by: address("203.0.113.9")))
        #expect(try !book.note(.decoyPath, by: address("203.0.113.9")))
    }

    @Test("Points fade, ten in a minute")
    func fading() throws {
        let visitor = try address("203.0.113.9")
        #expect(!book.note(.decoyField, by: visitor))
        clock.advance(milliseconds: 6_000)
        #expect(!book.note(.decoyField, by: visitor))
        clock.advance(milliseconds: 600_000)
        #expect(!book.note(.decoyField, by: visitor))
        #expect(book.note(.decoyField, by: visitor))
    }

    @Test("An IPv6 customer is one visitor")
    func subscribers() throws {
        #expect(try !book.note(.decoyField, by: address("2001:db8::1")))
        #expect(try book.note(.decoyField, by: address("2001:db8::2")))
    }

    @Test("Memory stays bounded, and who has the most points is kept")
    func bounded() throws {
        let worst = try address("203.0.113.9")
        for _ in 0..<2 { _ = book.note(.decoyPath, by: worst) }
        for low in 0..<10_000 {
            _ = book.note(.attackTool, by: NetworkAddress(high: UInt64(low) << 1 | 1 << 60, low: 0))
        }
        #expect(book.visitorCount <= 100)
        #expect(book.note(.decoyPath, by: worst))
    }
}
