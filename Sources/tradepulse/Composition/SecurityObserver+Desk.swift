import Accounts
import Guard
import Logging

extension SecurityObserver {
    /// Says every event in the log, by ids alone: who it was stands in the record; what the rules look for goes to the
    /// desk.
    static func reporting(to desk: SecurityDesk, logger: Logger) -> SecurityObserver {
        SecurityObserver { event in
            if event.kind == .refreshTokenReused {
                let visitor = Visitor(
                    address: event.origin.networkAddress,
                    agent: event.origin.userAgent,
                    user: event.session.userID
                )
                desk.report(.refreshReused(user: event.session.userID, visitor: visitor))
            }
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
