import Foundation
import Synchronization

/// Remembers for a moment what the store said of a user, so that a request costs no query.
///
/// Bounded: two generations of at most half the capacity; when the younger is full the older is forgotten. An answer is
/// used for `timeToLive` and not a moment longer, also when the store is down. Concurrent misses share one query.
final class UserCache: Sendable {
    private struct Entry {
        let user: User?
        let loadedAt: Duration
    }

    private struct State {
        var young: [UUID: Entry] = [:]
        var old: [UUID: Entry] = [:]
        var loading: [UUID: (ticket: UInt64, task: Task<User?, any Error>)] = [:]
        var lastTicket: UInt64 = 0
    }

    /// What the cache holds: the user, or that there is none.
    enum Answer {
        case known(User?)
        case unknown
    }

    private let state = Mutex(State())
    private let generationLimit: Int
    private let timeToLive: Duration
    private let uptime: @Sendable () -> Duration
    private let find: @Sendable (UUID) async throws -> User?

    init(
        capacity: Int,
        timeToLive: Duration,
        uptime: @escaping @Sendable () -> Duration,
        find: @escaping @Sendable (UUID) async throws -> User?
    ) {
        generationLimit = max(1, capacity / 2)
        self.timeToLive = timeToLive
        self.uptime = uptime
        self.find = find
    }

    func remembered(_ id: UUID) -> Answer {
        let now = uptime()
        let entry = state.withLock { $0.young[id] ?? $0.old[id] }
        guard let entry, now - entry.loadedAt < timeToLive else { return .unknown }
        return .known(entry.user)
    }

    /// What is remembered, else what the store says.
    func user(_ id: UUID) async throws -> User? {
        if case .known(let user) = remembered(id) { return user }
        return try await load(id).value
    }

    /// Forgets the user, and what a query begun before now will say of them.
    func forget(_ id: UUID) {
        state.withLock { state in
            state.young[id] = nil
            state.old[id] = nil
            state.loading[id] = nil
        }
    }

    private func load(_ id: UUID) -> Task<User?, any Error> {
        state.withLock { state in
            if let (_, task) = state.loading[id] { return task }
            state.lastTicket += 1
            let ticket = state.lastTicket
            // An answer is as old as its question.
            let askedAt = uptime()
            let task = Task {
                let result: Result<User?, any Error>
                do { result = .success(try await self.find(id)) } catch { result = .failure(error) }
                self.finish(id, ticket: ticket, with: result, askedAt: askedAt)
                return try result.get()
            }
            state.loading[id] = (ticket, task)
            return task
        }
    }

    private func finish(_ id: UUID, ticket: UInt64, with result: Result<User?, any Error>, askedAt: Duration) {
        state.withLock { state in
            guard state.loading[id]?.ticket == ticket else { return }
            state.loading[id] = nil
            guard case .success(let user) = result else { return }
            if state.young.count >= generationLimit, state.young[id] == nil {
                state.old = state.young
                state.young = [:]
            }
            state.young[id] = Entry(user: user, loadedAt: askedAt)
        }
    }
}
