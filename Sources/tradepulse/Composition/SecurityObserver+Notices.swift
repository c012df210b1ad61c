import Accounts
import Channels
import Foundation
import Logging
import Realtime

extension SecurityObserver {
    /// Tells the owner in the app, then the next observer of everything.
    ///
    /// What happened stands whether or not it can be told, so a failure is for the log.
    static func telling(_ inbox: NoticeInbox, logger: Logger, then next: SecurityObserver) -> SecurityObserver {
        SecurityObserver { event in
            if let notice = UserNotice(event, at: Date()) {
                do {
                    try await inbox.add(notice, notice.draft)
                } catch {
                    logger.error("A notice could not be stored", metadata: ["error": "\(error)"])
                }
            }
            await next.notice(event)
        }
    }
}

extension UserNotice {
    /// Nil for what only the record needs to know.
    fileprivate init?(_ event: SecurityEvent, at now: Date) {
        let (title, message): (String, String)
        switch event.kind {
        case .newDevice:
            title = "New sign-in"
            message = """
                Your account was signed in to from a device it did not know: \(event.device.label). If that was not you, \
                end the session and change your password.
                """
        case .refreshTokenReused:
            title = "A session was ended"
            message = """
                A key of one of your sessions was used a second time (\(event.device.label)), as if somebody had copied \
                it. The session has ended; sign in again.
                """
        case .refreshFromElsewhere: return nil
        }
        self.init(
            userID: event.session.userID,
            kind: event.kind.rawValue,
            title: title,
            message: message,
            createdAt: now
        )
    }
}
