import Accounts
import Addressing
import AlertDelivery
import Foundation
import Guard
import HTTPAPI
import Logging
import Observability
import Postgres
import ServiceLifecycle
import Settings
import Storage

/// The guard with all that belongs to it, and the service that keeps it going.
struct GuardOffice: Service {
    let bans: BanBook
    let door: LoginGuard
    let gate: Gate
    let desk: SecurityDesk
    private let visitors: VisitorBook
    private let failures: FailureStore
    private let alerts: AlertStore
    private let audit: AuditLog
    private let webhook: AlertWebhook?
    private let mail: AlertMail?
    private let logger: Logger

    /// Failures that have leaked away are removed this often.
    private static let purgeInterval = Duration.seconds(60)

    init(_ settings: Settings, pool: PostgresPool, mail: AlertMail?, logger: Logger) async throws {
        let now: @Sendable () -> Date = { Date() }
        let allowList = settings.list(.banAllowList).compactMap { NetworkBlock($0) }
        let bans = BanBook(store: .postgres(pool), now: now)
        let visitors = VisitorBook(now: Clocks.monotonicMilliseconds)
        let failures = FailureStore.postgres(pool)
        let regions = try settings[.regionsFile].map(Self.regions) ?? RegionTable()
        let desk = SecurityDesk(detector: AnomalyDetector(regions: regions), now: Clocks.monotonicMilliseconds)
        self.bans = bans
        self.visitors = visitors
        self.failures = failures
        self.desk = desk
        self.mail = mail
        self.logger = logger
        gate = Gate(bans: bans, visitors: visitors, desk: desk, allowList: allowList)
        door = LoginGuard(failures: failures, bans: bans, desk: desk, allowList: allowList, now: now)
        alerts = .postgres(pool)
        audit = .postgres(pool)
        webhook = settings[.alertWebhookURL].map { AlertWebhook(url: $0, logger: logger) }
        // Bans of before this start hold from the first request on.
        try await bans.refresh()
    }

    private static func regions(_ path: String) throws -> RegionTable {
        do {
            return try RegionTable(text: String(contentsOfFile: path, encoding: .utf8))
        } catch {
            throw ServerError("REGIONS_FILE \(path): \(error)")
        }
    }

    func run() async throws {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [webhook] in await webhook?.run() }
            async let dealtWith: Void = desk.run(SecurityDesk.Ports(record: record, alert: alert))
            await cancelWhenGracefulShutdown { await keepUp() }
            // What was reported before is still written.
            desk.finish()
            await dealtWith
            group.cancelAll()
        }
    }

    private func keepUp() async {
        var purgedAt = ContinuousClock.now
        while !Task.isCancelled {
            await attempt("The bans could not be looked up") { try await bans.refresh() }
            desk.tick()
            if ContinuousClock.now - purgedAt > Self.purgeInterval {
                purgedAt = .now
                await attempt("Old failures could not be removed") { try await failures.purge(Date()) }
            }
            try? await Task.sleep(for: BanBook.refreshInterval)
        }
    }

    private func attempt(_ complaint: Logger.Message, _ body: () async throws -> Void) async {
        do {
            try await body()
        } catch {
            guard !Task.isCancelled else { return }
            logger.debug(complaint, metadata: ["error": "\(error)"])
        }
    }

    @Sendable private func record(_ line: RefusalLedger.Line) async {
        do {
            try await audit.record(AuditEntry(refusal: line))
        } catch {
            logger.warning("A refusal is missing from the record", metadata: ["error": "\(error)"])
        }
    }

    @Sendable private func alert(_ alert: SecurityAlert) async {
        let kept = KeptAlert(alert: alert, createdAt: Date())
        logger.warning(
            "Security alert",
            metadata: [
                "kind": "\(alert.kind.rawValue)", "subject": "\(alert.subject)", "summary": "\(alert.summary)",
                "suppressed": "\(alert.suppressed)",
            ]
        )
        webhook?.send(kept)
        do {
            try await alerts.insert(alert, kept.createdAt)
        } catch {
            logger.warning("An alert could not be stored", metadata: ["error": "\(error)"])
        }
        do {
            try await mail?.send(kept)
        } catch {
            logger.warning("An alert could not be mailed", metadata: ["error": "\(error)"])
        }
    }

    /// Shows in `/metrics` what the guard holds.
    func register(in registry: MetricsRegistry, limiter: RateLimiter) {
        registry.gauge("tradepulse_bans", help: "Bans held in memory.") { Double(bans.count) }
        registry.gauge("tradepulse_suspects", help: "Visitors with points against them.") {
            Double(visitors.visitorCount)
        }
        registry.gauge("tradepulse_limited_callers", help: "Callers that limits count.") { Double(limiter.callerCount) }
        registry.observedCounter("tradepulse_guard_reports_lost_total", help: "Reports that found no room.") {
            desk.lostReports
        }
        registry.observedCounter("tradepulse_webhook_alerts_lost_total", help: "Alerts that found no room.") {
            webhook?.lostAlerts ?? 0
        }
    }
}

extension AuditEntry {
    /// A refusal, or how many more like it there were within its minute.
    init(refusal line: RefusalLedger.Line) {
        var metadata = ["reason": line.kind.reason]
        if line.visitor == nil { metadata["more"] = "\(line.count)" }
        self.init(
            .requestRefused,
            userID: line.visitor?.user,
            origin: RequestOrigin(
                address: "\(line.visitor?.address ?? line.kind.address ?? .unspecified)",
                userAgent: line.visitor?.agent
            ),
            metadata: metadata
        )
    }
}
