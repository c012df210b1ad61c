package import Doorbells
import NIOCore
package import Redis
import ServiceLifecycle
import Synchronization

/// Joins the doorbells of all processes that share a Redis.
///
/// Rings wait while one message is under way or Redis is away, and are one batch then, of a bounded size. Until it is
/// told, the others look by themselves.
package final class RedisDoorbell: Service, Sendable {
    /// In braces, so that in a cluster it has a slot of its own name, as what is added later may share.
    private static let channel = "{tradepulse}:doorbell"
    /// A longer message is none of ours.
    private static let maximumBytes = 64 << 10
    /// Between two tries to tell what Redis did not take.
    private static let retryPause: Duration = .milliseconds(250)

    private let redis: RedisClient
    private let doorbell: Doorbell
    private let sender = String(UInt64.random(in: .min ... .max), radix: 36)
    private let waiting = Mutex(RingBatch())
    private let wakes: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation
    private let sentCount = Atomic<Int>(0)
    private let unsentCount = Atomic<Int>(0)
    private let heardCount = Atomic<Int>(0)

    package init(redis: RedisClient, doorbell: Doorbell) {
        self.redis = redis
        self.doorbell = doorbell
        (wakes, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        doorbell.carry { [weak self] in self?.queue($0) }
    }

    /// Messages that Redis took.
    package var sent: Int { sentCount.load(ordering: .relaxed) }
    /// Tries that it did not.
    package var unsent: Int { unsentCount.load(ordering: .relaxed) }
    /// Messages of others.
    package var heard: Int { heardCount.load(ordering: .relaxed) }

    /// Listens and rings until the group shuts down.
    package func run() async throws {
        let subscription = redis.subscribe(to: [Self.channel]) { [weak self] in self?.hear($0) }
        await cancelWhenGracefulShutdown { [self] in
            for await _ in wakes where await !send() {
                try? await Task.sleep(for: Self.retryPause)
                wake.yield()
            }
        }
        // What was committed last is told of as well, if Redis takes it.
        _ = await send()
        subscription.cancel()
        doorbell.join(false)
    }

    /// Rings once, for who does not stay.
    package static func ring(_ ring: Ring, over redis: RedisClient) async throws {
        var batch = RingBatch()
        batch.add(ring)
        try await redis.publish(batch.text(from: ""), to: channel)
    }

    private func queue(_ ring: Ring) {
        waiting.withLock { $0.add(ring) }
        wake.yield()
    }

    /// - Returns: whether Redis took what waited; what it did not take waits on.
    private func send() async -> Bool {
        let batch = waiting.withLock { waiting in
            defer { waiting = RingBatch() }
            return waiting
        }
        guard !batch.isEmpty else { return true }
        do {
            try await redis.publish(batch.text(from: sender), to: Self.channel)
            sentCount.add(1, ordering: .relaxed)
            return true
        } catch {
            // The client has said that Redis is lost.
            unsentCount.add(1, ordering: .relaxed)
            waiting.withLock { waiting in for ring in batch.rings { waiting.add(ring) } }
            return false
        }
    }

    private func hear(_ hearing: RedisHearing) {
        switch hearing {
        case .begun: doorbell.join(true)
        case .lost: if doorbell.isJoined { doorbell.join(false) }
        case .message(let message):
            guard message.payload.readableBytes <= Self.maximumBytes else { return }
            let (sender, batch) = RingBatch.read(String(buffer: message.payload))
            guard sender != self.sender else { return }
            heardCount.add(1, ordering: .relaxed)
            for ring in batch.rings { doorbell.hear(ring) }
        }
    }
}
