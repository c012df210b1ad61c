package import Addressing
package import Foundation

/// Slows down whoever guesses passwords, without shutting the owner out.
///
/// Three counters, since each alone fails: the address (five failures ban it from signing in, over however many
/// accounts), the account (guessed from everywhere it becomes slow, never shut), and the pair of both. A device that has
/// proved to be the account's own passes by all three and has a counter of its own: nobody else can make it wait.
///
/// Ask ``admit(_:)`` before looking at what was sent, and tell ``failed(_:)`` or ``succeeded(_:)`` after. Attempts that
/// were under way together are judged when they end: after the failure that shuts the door even a right answer is
/// refused, so that a hundred guesses at once are worth no more than a hundred in turn.
package struct LoginGuard: Sendable {
    private let failures: FailureStore
    private let bans: BanBook
    private let desk: SecurityDesk
    /// Addresses that are never banned, such as the gateway of an office or a carrier.
    private let allowList: [NetworkBlock]
    private let now: @Sendable () -> Date

    package init(
        failures: FailureStore,
        bans: BanBook,
        desk: SecurityDesk,
        allowList: [NetworkBlock] = [],
        now: @escaping @Sendable () -> Date
    ) {
        self.failures = failures
        self.bans = bans
        self.desk = desk
        self.allowList = allowList
        self.now = now
    }

    /// Lets an attempt be looked at.
    ///
    /// - Throws: ``SignInRefusal``, or the store's failure: nobody guesses while nothing is counted.
    package func admit(_ attempt: SignInAttempt) async throws {
        try refuseBanned(attempt)
        try await refuseEarly(keys(of: attempt).filter { $0.kind != .address })
    }

    /// Counts a wrong password, a wrong code, or whatever else was to prove the account's owner.
    ///
    /// - Throws: ``SignInRefusal`` in place of the failure's own answer, where others that were under way have shut the
    ///   door meanwhile.
    package func failed(_ attempt: SignInAttempt) async throws {
        let visitor = Visitor(address: attempt.address, agent: attempt.agent)
        desk.report(.signInFailed(account: attempt.account, visitor: visitor))
        try await count(attempt, keys(of: attempt))
    }

    /// Clears what the account's owner has failed here.
    ///
    /// What the address failed stays: else an account of one's own would wash off every fourth guess at another's. So
    /// does what the account suffered from elsewhere.
    ///
    /// - Throws: ``SignInRefusal`` where others that were under way have shut the door meanwhile.
    package func succeeded(_ attempt: SignInAttempt, as user: UUID) async throws {
        let keys = keys(of: attempt).filter { $0.kind == .pair || $0.kind == .device }
        try refuseBanned(attempt)
        try await refuseEarly(keys)
        try await failures.clear(keys)
        desk.report(.signedIn(user: user, visitor: Visitor(address: attempt.address, agent: attempt.agent, user: user)))
    }

    /// Lets a registration come from this address.
    ///
    /// - Throws: ``SignInRefusal/addressBlocked(retryAfterSeconds:)``.
    package func admit(from address: NetworkAddress) throws {
        try refuseBanned(SignInAttempt(address: address, account: nil))
    }

    private func refuseBanned(_ attempt: SignInAttempt) throws {
        guard attempt.knownDevice == nil else { return }
        if let ban = bans.ban(of: attempt.address, from: .signIn) {
            throw SignInRefusal.addressBlocked(retryAfterSeconds: ban.secondsLeft(at: now()))
        }
    }

    private func refuseEarly(_ keys: [FailureKey]) async throws {
        guard !keys.isEmpty else { return }
        let now = now()
        let next = try await failures.read(keys, now).map(\.nextAttemptAt).max() ?? now
        guard next > now else { return }
        throw SignInRefusal.tooManyAttempts(retryAfterSeconds: Self.wholeSeconds(from: now, to: next))
    }

    private func count(_ attempt: SignInAttempt, _ keys: [FailureKey]) async throws {
        guard !keys.isEmpty else { return }
        let now = now()
        let counts = try await failures.add(keys, now)
        let address = counts.first { $0.key.kind == .address }
        if let address, address.failures >= FailurePolicy.address.free {
            let ban = try await bans.raise(attempt.address, from: .signIn, reason: "failed sign-ins")
            if address.failures == FailurePolicy.address.free { desk.report(.banned(ban)) }
            // The fifth still has its answer; those beside it learn nothing.
            if address.failures > FailurePolicy.address.free {
                throw SignInRefusal.addressBlocked(retryAfterSeconds: ban.secondsLeft(at: now))
            }
        }
        let early = counts.filter(\.cameEarly)
        guard let next = early.map(\.nextAttemptAt).max() else { return }
        throw SignInRefusal.tooManyAttempts(retryAfterSeconds: Self.wholeSeconds(from: now, to: next))
    }

    private func isAllowed(_ address: NetworkAddress) -> Bool { allowList.contains { $0.contains(address) } }

    private static func wholeSeconds(from now: Date, to then: Date) -> Int {
        max(1, Int(then.timeIntervalSince(now).rounded(.up)))
    }
}

// MARK: - What is counted

extension LoginGuard {
    private func keys(of attempt: SignInAttempt) -> [FailureKey] {
        if let account = attempt.account, let device = attempt.knownDevice {
            return [FailureKey(.device, account, device)]
        }
        let address = "\(attempt.address.subscriber)"
        var keys = isAllowed(attempt.address) ? [] : [FailureKey(.address, address)]
        if let account = attempt.account {
            keys += [FailureKey(.account, account), FailureKey(.pair, account, address)]
        }
        return keys
    }
}
