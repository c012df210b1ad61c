import Addressing
import Foundation

extension SessionService {
    /// Spends a refresh token for the next one and a new access token.
    ///
    /// - Parameters:
    ///   - text: the token.
    ///   - origin: where the request came from.
    ///   - waited: how long the request has been here.
    /// - Returns: the tokens.
    /// - Throws: ``AccountError/refreshTokenInvalid``, ``AccountError/refreshTokenReused``,
    ///   ``AccountError/refreshTokenOvertaken``, ``AccountError/stepUpRequired``, ``AccountError/accountBlocked``, or the
    ///   store's failure.
    package func refresh(
        _ text: String,
        from origin: RequestOrigin,
        waited: Duration = .zero
    ) async throws -> Admission {
        let receivedAt = clock.now().addingTimeInterval(-(waited / .seconds(1)))
        guard let token = RefreshToken(text) else { try await refuse(from: origin) }
        let answer = try await store.refresh(keys.hash(token)) { [self] presented in
            step(for: presented, token, from: origin, receivedAt: receivedAt)
        }
        guard let (presented, step) = answer else { try await refuse(from: origin) }
        let key = presented.session.key
        switch step {
        case .rotate(let child):
            let next = keys.child(of: token, nonce: child.nonce)
            return try admission(of: presented.user, key, next, expiresAt: child.expiresAt, at: child.issuedAt)
        case .touch(let now):
            guard let child = presented.child else { throw AccountError.refreshTokenInvalid }
            let next = keys.child(of: token, nonce: child.nonce)
            return try admission(of: presented.user, key, next, expiresAt: child.expiresAt, at: now)
        case .refuse(_, .invalid): throw AccountError.refreshTokenInvalid
        case .refuse(_, .blocked): throw AccountError.accountBlocked
        case .refuse(_, .overtaken): throw AccountError.refreshTokenOvertaken
        case .refuse(_, .elsewhere):
            await notice(.refreshFromElsewhere, presented, origin)
            throw AccountError.stepUpRequired
        case .end:
            ended([key])
            await notice(.refreshTokenReused, presented, origin)
            throw AccountError.refreshTokenReused
        }
    }

    /// What is no refresh token of ours.
    private func refuse(from origin: RequestOrigin) async throws -> Never {
        try await audit.record(AuditEntry(.refreshRefused, userID: nil, origin: origin))
        throw AccountError.refreshTokenInvalid
    }

    /// Asked with the session locked, so that this moment comes after all that was done with its tokens before.
    private func step(
        for presented: PresentedToken,
        _ token: RefreshToken,
        from origin: RequestOrigin,
        receivedAt: Date
    ) -> RefreshStep {
        let session = presented.session
        let now = clock.now()
        let judgement = RefreshRule.judge(
            presented,
            isSameDevice: keys.hintsHash(origin.hints, of: session.key.userID) == session.hintsHash,
            isSameNetwork: Self.isOneNetwork(origin.address, session.address),
            receivedAt: receivedAt,
            at: now
        )
        func entry(_ action: AuditEntry.Action, _ reason: String) -> AuditEntry {
            let metadata = ["session": session.key.sessionID.uuidString.lowercased(), "reason": reason]
            return AuditEntry(action, userID: session.key.userID, origin: origin, metadata: metadata)
        }
        switch judgement {
        case .rotate: return .rotate(successor(of: token, in: session, from: origin, at: now))
        case .answerAgain: return .touch(at: now)
        case .invalid: return .refuse(entry(.refreshRefused, "over"), .invalid)
        case .blocked: return .refuse(entry(.refreshRefused, "blocked"), .blocked)
        case .elsewhere: return .refuse(entry(.refreshRefused, "elsewhere"), .elsewhere)
        case .overtaken: return .refuse(entry(.refreshRefused, "overtaken"), .overtaken)
        case .reused: return .end(entry(.refreshReused, "reused"), at: now)
        }
    }

    private func successor(
        of token: RefreshToken,
        in session: Session,
        from origin: RequestOrigin,
        at now: Date
    ) -> NewRefreshToken {
        let nonce = RefreshToken.randomBytes(SessionKeys.nonceLength)
        return NewRefreshToken(
            hash: keys.hash(keys.child(of: token, nonce: nonce)),
            nonce: nonce,
            issuedAt: now,
            expiresAt: RefreshRule.expiry(at: now, sessionCreatedAt: session.createdAt),
            origin: origin
        )
    }

    private func notice(_ kind: SecurityEvent.Kind, _ presented: PresentedToken, _ origin: RequestOrigin) async {
        let session = presented.session
        await observer.notice(SecurityEvent(kind: kind, session: session.key, device: session.device, origin: origin))
    }

    /// One IPv4 address, or one subscriber's IPv6 network.
    private static func isOneNetwork(_ one: String, _ other: String) -> Bool {
        guard let one = NetworkAddress(one), let other = NetworkAddress(other) else { return one == other }
        return one.subscriber == other.subscriber
    }
}
