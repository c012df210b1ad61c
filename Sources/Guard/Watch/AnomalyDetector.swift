import Addressing
import Foundation

/// Looks for attacks in what happens at the door.
///
/// A value, told the time with each event. Every rule counts within a window of its own and speaks once for each subject
/// until ``cooldownMilliseconds`` have passed; how often it would have spoken meanwhile is told with the next time.
/// Bounded: a table that is full forgets what is oldest in it.
package struct AnomalyDetector: Sendable {
    /// How much of what within which time is worth an alert.
    package struct Thresholds: Hashable, Sendable {
        /// Accounts that sign-ins failed on, over all addresses.
        package var stuffedAccounts = 50
        package var stuffingMilliseconds: Int64 = 600_000
        /// Addresses from which one account was guessed.
        package var guessingAddresses = 10
        package var guessingMilliseconds: Int64 = 3_600_000
        /// Refusals for too many requests, of one caller.
        package var limitedRequests = 300
        package var scrapingMilliseconds: Int64 = 600_000
        /// Refusals for too low a tier, of one caller.
        package var tierRefusals = 10
        package var probingMilliseconds: Int64 = 600_000
        /// Between sign-ins of one account in two regions.
        package var travelMilliseconds: Int64 = 3_600_000

        package init() {}
    }

    package static let cooldownMilliseconds: Int64 = 900_000

    private let thresholds: Thresholds
    private let regions: RegionTable
    private var stuffing: RecentSet<String>
    private var guessing: RecentTable<String, RecentSet<NetworkAddress>>
    private var limited: RecentTable<String, RecentCount>
    private var probing: RecentTable<String, RecentCount>
    private var seen: RecentTable<UUID, Place>
    private var quiet: RecentTable<String, Quiet>

    private struct Place: Sendable {
        let region: String
        let time: Int64
    }

    private struct Quiet: Sendable {
        var until: Int64
        var suppressed: Int
    }

    package init(thresholds: Thresholds = Thresholds(), regions: RegionTable = RegionTable()) {
        self.thresholds = thresholds
        self.regions = regions
        stuffing = RecentSet(limit: thresholds.stuffedAccounts, window: thresholds.stuffingMilliseconds)
        guessing = RecentTable()
        limited = RecentTable()
        probing = RecentTable()
        seen = RecentTable()
        quiet = RecentTable()
    }

    /// Takes an event.
    ///
    /// - Parameters:
    ///   - event: what happened.
    ///   - time: milliseconds of a clock that never goes back.
    /// - Returns: what is worth telling now.
    package mutating func ingest(_ event: GuardEvent, at time: Int64) -> [SecurityAlert] {
        findings(in: event, at: time).compactMap { speak($0, at: time) }
    }

    private mutating func findings(in event: GuardEvent, at time: Int64) -> [SecurityAlert] {
        switch event {
        case .refreshReused(let user, let visitor):
            let summary = "A spent refresh token came back from \(visitor.address); its session has ended."
            return [SecurityAlert(kind: .refreshReuse, subject: Self.text(user), summary: summary)]
        case .signInFailed(let account, let visitor):
            return account.map { failed($0, from: visitor.address, at: time) } ?? []
        case .signedIn(let user, let visitor): return travelled(user, to: visitor.address, at: time)
        case .refused("rate_limited", let visitor): return scraped(visitor, at: time)
        case .refused("tier_required", let visitor): return probed(visitor, at: time)
        case .refused, .offended, .banned: return []
        }
    }

    private mutating func failed(_ account: String, from address: NetworkAddress, at time: Int64) -> [SecurityAlert] {
        var alerts: [SecurityAlert] = []
        if stuffing.insert(account, at: time) {
            let summary = "Sign-ins failed on \(thresholds.stuffedAccounts) accounts within ten minutes."
            alerts.append(SecurityAlert(kind: .credentialStuffing, subject: "everybody", summary: summary))
        }
        var guessers =
            guessing[account]
            ?? RecentSet(limit: thresholds.guessingAddresses, window: thresholds.guessingMilliseconds)
        let isGuessed = guessers.insert(address.subscriber, at: time)
        guessing[account] = guessers
        if isGuessed {
            let summary = "One account's password is guessed from \(thresholds.guessingAddresses) addresses or more."
            let subject = FailureKey(.account, account).subject
            alerts.append(SecurityAlert(kind: .accountUnderAttack, subject: subject, summary: summary))
        }
        return alerts
    }

    private mutating func travelled(_ user: UUID, to address: NetworkAddress, at time: Int64) -> [SecurityAlert] {
        guard let region = regions.region(of: address) else { return [] }
        let before = seen[user]
        seen[user] = Place(region: region, time: time)
        guard let before, before.region != region, time - before.time < thresholds.travelMilliseconds else { return [] }
        let summary = "One account signed in from \(before.region) and from \(region) within an hour."
        return [SecurityAlert(kind: .impossibleTravel, subject: Self.text(user), summary: summary)]
    }

    private mutating func scraped(_ visitor: Visitor, at time: Int64) -> [SecurityAlert] {
        let subject = Self.subject(of: visitor)
        var counter = limited[subject] ?? RecentCount(window: thresholds.scrapingMilliseconds)
        let count = counter.increment(at: time)
        limited[subject] = counter
        guard count >= thresholds.limitedRequests else { return [] }
        let summary = "One caller was refused \(thresholds.limitedRequests) requests over the limit within ten minutes."
        return [SecurityAlert(kind: .scraping, subject: subject, summary: summary)]
    }

    private mutating func probed(_ visitor: Visitor, at time: Int64) -> [SecurityAlert] {
        let subject = Self.subject(of: visitor)
        var counter = probing[subject] ?? RecentCount(window: thresholds.probingMilliseconds)
        let count = counter.increment(at: time)
        probing[subject] = counter
        guard count >= thresholds.tierRefusals else { return [] }
        let summary = "One caller asked \(thresholds.tierRefusals) times for what its tier has not."
        return [SecurityAlert(kind: .tierProbing, subject: subject, summary: summary)]
    }

    /// The alert, unless the same was told of lately.
    private mutating func speak(_ alert: SecurityAlert, at time: Int64) -> SecurityAlert? {
        let key = alert.kind.rawValue + " " + alert.subject
        let told = quiet[key] ?? Quiet(until: time, suppressed: 0)
        guard told.until <= time else {
            quiet[key] = Quiet(until: told.until, suppressed: told.suppressed + 1)
            return nil
        }
        quiet[key] = Quiet(until: time + Self.cooldownMilliseconds, suppressed: 0)
        return SecurityAlert(
            kind: alert.kind,
            subject: alert.subject,
            summary: alert.summary,
            suppressed: told.suppressed
        )
    }

    private static func subject(of visitor: Visitor) -> String {
        visitor.user.map(text) ?? "\(visitor.address.subscriber)"
    }

    private static func text(_ user: UUID) -> String { user.uuidString.lowercased() }
}
