package import Foundation

/// A refresh token that was sent to us, as the store found it, its session locked.
package struct PresentedToken: Sendable {
    /// The one that was issued for it.
    package struct Child: Sendable {
        package let nonce: [UInt8]
        package let usedAt: Date?
        package let expiresAt: Date

        package init(nonce: [UInt8], usedAt: Date?, expiresAt: Date) {
            self.nonce = nonce
            self.usedAt = usedAt
            self.expiresAt = expiresAt
        }
    }

    package let id: UUID
    package let expiresAt: Date
    /// When it was spent.
    package let usedAt: Date?
    package let child: Child?
    package let session: Session
    package let sessionEndedAt: Date?
    package let user: User

    package init(
        id: UUID,
        expiresAt: Date,
        usedAt: Date?,
        child: Child?,
        session: Session,
        sessionEndedAt: Date?,
        user: User
    ) {
        self.id = id
        self.expiresAt = expiresAt
        self.usedAt = usedAt
        self.child = child
        self.session = session
        self.sessionEndedAt = sessionEndedAt
        self.user = user
    }
}

/// What becomes of a refresh token that was presented.
enum RefreshRule {
    enum Judgement: Hashable, Sendable {
        /// Spend it for a child.
        case rotate
        /// The answer was lost: give the same child again.
        case answerAgain
        /// Over: expired, or its session has ended.
        case invalid
        case blocked
        /// Another device in another network: who is there must be shown anew.
        case elsewhere
        /// The request was here before the child was used, and was heard after: nobody has a copy.
        case overtaken
        /// Somebody has a copy: the whole session ends.
        case reused
    }

    /// Seconds a refresh token is good for.
    static let tokenSeconds: TimeInterval = 7 * 86_400
    /// Seconds after which a session ends however much it is used: SP 800-63B-4, 2.1.3, asks for a new sign-in within
    /// thirty days.
    static let sessionSeconds: TimeInterval = 30 * 86_400

    /// When a token issued now ends.
    static func expiry(at now: Date, sessionCreatedAt: Date) -> Date {
        min(now.addingTimeInterval(tokenSeconds), sessionCreatedAt.addingTimeInterval(sessionSeconds))
    }

    /// Judges a token.
    ///
    /// The direct parent of the newest token is good until that one was used, for the device it was given to: an answer
    /// may have been lost on its way. Everything older is a copy in other hands, and that is judged before the expiry.
    ///
    /// What counts is when the request was received: one whose client gave up, asked again and went on may be heard
    /// last, in another process too. Such a process's clock may differ from the one that noted the use. If it is ahead,
    /// the request looks too late, and if it is behind, the use is yet to come: a copy either way, as it would be without
    /// this exception.
    ///
    /// - Parameters:
    ///   - token: as the store found it.
    ///   - isSameDevice: whether the device is the one that the session was opened on.
    ///   - isSameNetwork: whether it is where the session was last carried on.
    ///   - receivedAt: when the request was here with all its bytes.
    ///   - now: this moment, with the session locked.
    /// - Returns: what becomes of it.
    static func judge(
        _ token: PresentedToken,
        isSameDevice: Bool,
        isSameNetwork: Bool,
        receivedAt: Date,
        at now: Date
    ) -> Judgement {
        if token.sessionEndedAt != nil { return .invalid }
        if token.usedAt != nil {
            guard let child = token.child, isSameDevice else { return .reused }
            if let used = child.usedAt { return receivedAt < used && used <= now ? .overtaken : .reused }
            guard child.expiresAt > now else { return .invalid }
            return token.user.isBlocked ? .blocked : .answerAgain
        }
        guard token.expiresAt > now else { return .invalid }
        if token.user.isBlocked { return .blocked }
        return isSameDevice || isSameNetwork ? .rotate : .elsewhere
    }
}
