import Addressing
import Foundation
import Guard
import Testing

@Suite("Rules that look for attacks")
struct AnomalyDetectorTests {
    private let jane = UUID()
    private let minute: Int64 = 60_000

    private func visitor(_ address: String, user: UUID? = nil) throws -> Visitor {
        Visitor(address: try #require(NetworkAddress(address)), agent: nil, user: user)
    }

    private func kinds(_ alerts: [SecurityAlert]) -> [SecurityAlert.Kind] { alerts.map(\.kind) }

    @Test("A refresh token that comes back raises one alert, and the next tells how often it came meanwhile")
    func reuse() throws {
        var detector = AnomalyDetector()
        let event = GuardEvent.refreshReused(user: jane, visitor: try visitor("203.0.113.9"))
        #expect(kinds(detector.ingest(event, at: 0)) == [.refreshReuse])
        for second in 1...20 { #expect(detector.ingest(event, at: Int64(second) * 1_000).isEmpty) }
        let later = detector.ingest(event, at: 15 * minute)
        #expect(later.map(\.suppressed) == [20])
        #expect(
            kinds(detector.ingest(.refreshReused(user: UUID(), visitor: try visitor("203.0.113.9")), at: 0)).count == 1
        )
    }

    @Test("Failures on 50 accounts within ten minutes are stuffing, once; on few accounts or over hours they are not")
    func stuffing() throws {
        var detector = AnomalyDetector()
        var alerts: [SecurityAlert] = []
        for account in 0..<200 {
            let visitor = try visitor("198.51.\(account).1")
            alerts += detector.ingest(
                .signInFailed(account: "user\(account)", visitor: visitor),
                at: Int64(account) * 1_000
            )
        }
        #expect(kinds(alerts) == [.credentialStuffing])
        var calm = AnomalyDetector()
        for hour in 0..<200 {
            let event = GuardEvent.signInFailed(account: "user\(hour)", visitor: try visitor("203.0.113.9"))
            #expect(calm.ingest(event, at: Int64(hour) * minute).isEmpty)
        }
        var typing = AnomalyDetector()
        for second in 0..<200 {
            let event = GuardEvent.signInFailed(account: "user\(second % 20)", visitor: try visitor("203.0.113.9"))
            #expect(typing.ingest(event, at: Int64(second) * 1_000).isEmpty)
        }
    }

    @Test("One account guessed from ten addresses is under attack; a /64 is one address")
    func guessing() throws {
        var detector = AnomalyDetector()
        for host in 1...30 {
            let event = GuardEvent.signInFailed(account: "jane", visitor: try visitor("2001:db8::\(host)"))
            #expect(detector.ingest(event, at: 0).isEmpty)
        }
        var alerts: [SecurityAlert] = []
        for host in 1...30 {
            let event = GuardEvent.signInFailed(account: "jane", visitor: try visitor("203.0.113.\(host)"))
            alerts += detector.ingest(event, at: Int64(host) * minute)
        }
        #expect(kinds(alerts).contains(.accountUnderAttack))
        #expect(alerts.allSatisfy { !$0.subject.contains("jane") && !$0.summary.contains("jane") })
    }

    @Test(
        "Who is refused 300 requests within ten minutes is scraping, once; who runs into the limit now and then is not"
    )
    func scraping() throws {
        var detector = AnomalyDetector()
        var alerts: [SecurityAlert] = []
        for number in 0..<3_000 {
            let event = GuardEvent.refused(reason: "rate_limited", visitor: try visitor("203.0.113.9", user: jane))
            alerts += detector.ingest(event, at: Int64(number) * 100)
        }
        #expect(kinds(alerts) == [.scraping])
        #expect(alerts.first?.subject == jane.uuidString.lowercased())
        for day in 1..<1_000 {
            let event = GuardEvent.refused(reason: "rate_limited", visitor: try visitor("203.0.113.10"))
            #expect(detector.ingest(event, at: Int64(day) * 10_000 + 1_000_000).isEmpty)
        }
    }

    @Test("Ten refusals for too low a tier are probing")
    func probing() throws {
        var detector = AnomalyDetector()
        let event = GuardEvent.refused(reason: "tier_required", visitor: try visitor("203.0.113.9", user: jane))
        let alerts = (0..<30).flatMap { detector.ingest(event, at: Int64($0) * 1_000) }
        #expect(kinds(alerts) == [.tierProbing])
    }

    @Test(
        "Two regions within an hour are impossible; within one region, an hour apart, or without a table they are not"
    )
    func travel() throws {
        let regions = try RegionTable(text: "# test\n203.0.113.0/24,DE\n198.51.100.0/24, US\n\n203.0.113.64/26,AT\n")
        var detector = AnomalyDetector(regions: regions)
        func signIn(_ address: String, at time: Int64) throws -> [SecurityAlert.Kind] {
            kinds(detector.ingest(.signedIn(user: jane, visitor: try visitor(address)), at: time))
        }
        #expect(try signIn("203.0.113.9", at: 0) == [])
        #expect(try signIn("203.0.113.10", at: minute) == [])
        #expect(try signIn("192.0.2.1", at: 2 * minute) == [])
        #expect(try signIn("198.51.100.1", at: 3 * minute) == [.impossibleTravel])
        #expect(try signIn("203.0.113.9", at: 4 * minute) == [])
        #expect(try signIn("198.51.100.1", at: 65 * minute) == [])
        #expect(try signIn("203.0.113.70", at: 66 * minute) == [.impossibleTravel])
        var untold = AnomalyDetector()
        #expect(untold.ingest(.signedIn(user: jane, visitor: try visitor("203.0.113.9")), at: 0).isEmpty)
        #expect(untold.ingest(.signedIn(user: jane, visitor: try visitor("198.51.100.9")), at: 1).isEmpty)
    }

    @Test(
        "A table of regions that cannot be read is refused by line",
        arguments: ["x,DE", "203.0.113.0/24", "1.2.3.4,"]
    )
    func malformedRegions(line: String) {
        #expect(throws: RegionTable.Malformed(line: 2)) { try RegionTable(text: "203.0.113.0/24,DE\n\(line)") }
    }

    @Test("Ten thousand strangers and a hundred thousand requests leave a clean day clean")
    func cleanDay() throws {
        var detector = AnomalyDetector(regions: try RegionTable(text: "203.0.113.0/24,DE"))
        for number in 0..<100_000 {
            let time = Int64(number) * 864
            let user = UUID()
            let visitor = Visitor(
                address: NetworkAddress(high: UInt64(number % 10_000) << 16, low: 1),
                agent: "okhttp/4.12.0",
                user: user
            )
            #expect(detector.ingest(.signedIn(user: user, visitor: visitor), at: time).isEmpty)
            if number.isMultiple(of: 50) {
                #expect(detector.ingest(.signInFailed(account: "u\(number)", visitor: visitor), at: time).isEmpty)
            }
            if number.isMultiple(of: 20) {
                #expect(detector.ingest(.refused(reason: "rate_limited", visitor: visitor), at: time).isEmpty)
            }
        }
    }
}
