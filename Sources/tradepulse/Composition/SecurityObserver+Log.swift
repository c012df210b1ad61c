import Accounts
import Logging

extension SecurityObserver {
    /// Says every event in the log, by ids alone: who it was stands in the record.
    static func logging(to logger: Logger) -> SecurityObserver {
        SecurityObserver { event in
            logger.warning(
                "A security event",
                metadata: [
                    "event": "\(event.kind.rawValue)", "user": "\(event.session.userID)",
                    "session": "\(event.session.sessionID)", "address": "\(event.origin.address)",
                ]
            )
        }
    }
}
