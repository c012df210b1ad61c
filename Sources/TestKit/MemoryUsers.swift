package import Accounts
package import Foundation
import Synchronization

/// A user store in memory that keeps the rules of the port; looking somebody up can be held back on demand.
package final class MemoryUsers: Sendable {
    private struct State {
        var users: [UUID: StoredUser] = [:]
        var isHeld = false
        var isAway = false
        var held: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
    private let arrivals: AsyncStream<Void>
    private let arriving: AsyncStream<Void>.Continuation

    package init() { (arrivals, arriving) = AsyncStream.makeStream() }

    package var port: UserStore {
        UserStore(
            insert: { user, _ in self.insert(user) },
            find: { id in
                await self.pass()
                return self.state.withLock { $0.users[id]?.user }
            },
            findByEmail: { email in
                await self.pass()
                return self.state.withLock { $0.users.values.first { $0.user.email == email } }
            },
            replacePasswordHash: { _, _, _ in }
        )
    }

    /// Sessions of whoever is there, none of which ever ends; opening one works, the rest fails loudly.
    package var sessions: SessionStore {
        SessionStore(
            open: { _ in OpenedSession(isNewDevice: false, superseded: []) },
            refresh: { _, _ in throw NotKept() },
            standing: { key in
                let user = try self.state.withLock { state in
                    if state.isAway { throw Away() }
                    return state.users[key.userID]?.user
                }
                // The answer may take its time, and be old when it arrives.
                await self.pass()
                return user
            },
            list: { _, _ in throw NotKept() },
            end: { _ in throw NotKept() },
            knownDevice: { _, _, _ in nil }
        )
    }

    /// A test without a database asked for what only a database keeps.
    package struct NotKept: Error {
        package init() {}
    }

    /// What whoever looks a session up is told after ``goAway()``.
    package struct Away: Error {
        package init() {}
    }

    /// An account without a password.
    @discardableResult
    package func add(
        _ id: UUID = UUID(),
        isBlocked: Bool = false,
        tier: Tier = .free,
        until: Date? = nil
    ) throws -> UUID {
        guard let email = EmailAddress("\(id.uuidString.lowercased())@example.com") else {
            throw CocoaError(.coderInvalidValue)
        }
        let user = Self.user(id, email, isBlocked: isBlocked, tier: tier, until: until)
        state.withLock { $0.users[id] = StoredUser(user: user, passwordHash: Secret("")) }
        return id
    }

    /// Gives an account another tier, for good.
    package func grant(_ tier: Tier, to id: UUID) {
        state.withLock { state in
            guard let stored = state.users[id] else { return }
            let user = Self.user(id, stored.user.email, isBlocked: stored.user.isBlocked, tier: tier)
            state.users[id] = StoredUser(user: user, passwordHash: stored.passwordHash)
        }
    }

    /// Whoever is looked up from now on is waited for until ``release()``.
    package func hold() { state.withLock { $0.isHeld = true } }

    package func release() {
        state.withLock { $0.isHeld = false }
        passHeld()
    }

    /// Lets those pass that are held back by now; whoever comes later is held back in turn.
    package func passHeld() {
        let held = state.withLock { state in
            defer { state.held = [] }
            return state.held
        }
        for lookup in held { lookup.resume() }
    }

    /// From now on sessions cannot be looked up.
    package func goAway() { state.withLock { $0.isAway = true } }

    /// Waits until a lookup is being held back.
    package func someoneIsHeld() async {
        var iterator = arrivals.makeAsyncIterator()
        await iterator.next()
    }

    private func pass() async {
        await withCheckedContinuation { lookup in
            let mayPass = state.withLock { state in
                if state.isHeld {
                    state.held.append(lookup)
                    arriving.yield()
                }
                return !state.isHeld
            }
            if mayPass { lookup.resume() }
        }
    }

    private func insert(_ user: NewUser) -> User? {
        state.withLock { state in
            guard !state.users.values.contains(where: { $0.user.email == user.email }) else { return nil }
            let account = Self.user(UUID(), user.email, isBlocked: false)
            state.users[account.id] = StoredUser(user: account, passwordHash: user.passwordHash)
            return account
        }
    }

    private static func user(
        _ id: UUID,
        _ email: EmailAddress,
        isBlocked: Bool,
        tier: Tier = .free,
        until: Date? = nil
    ) -> User {
        User(
            id: id,
            email: email,
            subscription: tier,
            subscriptionExpiresAt: until,
            isTOTPEnabled: false,
            isBlocked: isBlocked,
            createdAt: Date(timeIntervalSince1970: 1_735_689_600)
        )
    }
}
