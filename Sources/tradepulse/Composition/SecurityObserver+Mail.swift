import Accounts
import Logging

extension SecurityObserver {
    /// Tells the owner of every sign-in from a device never seen, then the next observer of everything.
    ///
    /// The sign-in stands whether or not the letter can be written, so a failure is for the log.
    static func announcing(by reset: PasswordReset, logger: Logger, then next: SecurityObserver) -> SecurityObserver {
        SecurityObserver { event in
            if event.kind == .newDevice {
                do {
                    try await reset.announceNewDevice(
                        event.device.label,
                        of: event.session.userID,
                        sessionID: event.session.sessionID,
                        from: event.origin
                    )
                } catch {
                    logger.error("A new device could not be announced", metadata: ["error": "\(error)"])
                }
            }
            await next.notice(event)
        }
    }
}

extension ClientDevice {
    /// For people: what the device calls itself.
    var label: String {
        switch (name, platform) {
        case (let name?, let platform?): "\(name) (\(platform))"
        case (let label?, nil), (nil, let label?): label
        case (nil, nil): "unknown"
        }
    }
}
