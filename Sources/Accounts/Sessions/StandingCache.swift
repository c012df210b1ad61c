import Foundation
import Synchronization

/// Remembers for a moment what the store said of a session and its user, so that a request costs no query.
///
/// Bounded: two generations of at most half the capacity; when the younger is full the older is forgotten. An answer is
/// used for `timeToLive` and not a moment longer, also when the store is down. Concurrent misses share one query.
final class StandingCache: Sendable {
    private struct Entry {
        let user: User?
        let loadedAt: Duration
    }

    private struct State {
        var young: [SessionKey: Entry] = [:]
        var old: [SessionKey: Entry] = [:]
        var loading: [SessionKey: (ticket: UInt64, task: Task<User?, any Error>)] = [:]
        var lastTicket: UInt64 = 0
    }

    /// What the cache holds: the user, or that the session is over.
    enum Answer {
        case known(User?)
        case unknown
    }

    private let state = Mutex(State())
    private let generationLimit: Int
    private let timeToLive: Duration
    private let uptime: @Sendable () -> Duration
    private let find: @Sendable (SessionKey) async throws -> User?

    init(
        capacity: Int,
        timeToLive: Duration,
        uptime: @escaping @Sendable () -> Duration,
        find: @escaping @Sendable (SessionKey) async throws -> User?
    ) {
        generationLimit = max(1, capacity / 2)
        self.timeToLive = timeToLive
        self.uptime = uptime
        self.find = find
    }

    func remembered(_ key: SessionKey) -> Answer {
        let now = uptime()
        let entry = state.withLock { $0.young[key] ?? $0.old[key] }
        guard let entry, now - entry.loadedAt < timeToLive else { return .unknown }
        return .known(entry.user)
    }

    /// What is remembered, else what the store says.
    func user(_ key: SessionKey) async throws -> User? {
        if case .known(let user) = remembered(key) { return user }
        return try await load(key).value
    }

    /// Forgets what the change is about, and what a query begun before now will say of it.
    func forget(_ change: StandingChange) {
        state.withLock { state in
            if let sessionID = change.sessionID {
                let key = SessionKey(userID: change.userID, sessionID: sessionID)
                state.young[key] = nil
                state.old[key] = nil
                state.loading[key] = nil
            } else {
                // Some milliseconds for a full cache, and rare: a block, another tier.
                state.young = state.young.filter { $0.key.userID != change.userID }
                state.old = state.old.filter { $0.key.userID != change.userID }
                state.loading = state.loading.filter { $0.key.userID != change.userID }
            }
        }
    }

    private func load(_ key: SessionKey) -> Task<User?, any Error> {
        state.withLock { state in
            if let (_, task) = state.loading[key] { return task }
            state.lastTicket += 1
            let ticket = state.lastTicket
            // An answer is as old as its question.
            let askedAt = uptime()
            let task = Task {
                let result: Result<User?, any Error>
                do { result = .success(try await self.find(key)) } catch { result = .failure(error) }
                self.finish(key, ticket: ticket, with: result, askedAt: askedAt)
                return try result.get()
            }
            state.loading[key] = (ticket, task)
            return task
        }
    }

    private func finish(_ key: SessionKey, ticket: UInt64, with result: Result<User?, any Error>, askedAt: Duration) {
        state.withLock { state in
            guard state.loading[key]?.ticket == ticket else { return }
            state.loading[key] = nil
            guard case .success(let user) = result else { return }
            if state.young.count >= generationLimit, state.young[key] == nil {
                state.old = state.young
                state.young = [:]
            }
            state.young[key] = Entry(user: user, loadedAt: askedAt)
        }
    }
}
