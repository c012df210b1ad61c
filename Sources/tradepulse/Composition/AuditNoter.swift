import Accounts
import Foundation
import Logging
import Postgres
import ServiceLifecycle
import Storage

/// Notes the record's head down outside of the database: in the data directory within a second of each change, and in the
/// log once an hour, so that cutting the record or writing it anew shows.
struct AuditNoter: Service {
    let trail: AuditTrail
    let notes: AuditNotes
    let logger: Logger

    private static let interval = Duration.seconds(1)
    private static let logInterval = Duration.seconds(3_600)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var last = AuditHead.empty
            var loggedAt: ContinuousClock.Instant?
            while !Task.isCancelled {
                if let head = await note(after: last) { last = head }
                if loggedAt.map({ ContinuousClock.now - $0 > Self.logInterval }) ?? true, last != .empty {
                    loggedAt = .now
                    logger.notice(
                        "The record's head",
                        metadata: ["sequence": "\(last.sequence)", "hash": "\(last.hash)"]
                    )
                }
                try? await Task.sleep(for: Self.interval)
            }
        }
    }

    /// The head, if it is another one and was noted down.
    private func note(after last: AuditHead) async -> AuditHead? {
        do {
            let head = try await trail.head()
            guard head != last else { return nil }
            try notes.note(head, at: Date())
            return head
        } catch {
            if !Task.isCancelled {
                logger.warning("The record's head could not be noted down", metadata: ["error": "\(error)"])
            }
            return nil
        }
    }
}
