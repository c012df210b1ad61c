import NIOCore
import Redis
import TestKit
import Testing

@Suite(
    "Publishing and listening",
    .enabled(if: ThrowawayRedis.isInstalled, "redis-server is not installed"),
    .timeLimit(.minutes(5))
)
struct RedisListeningTests {
    @Test("What is published is heard in order, and a restart is told of before anything new comes")
    func restart() async throws {
        try await ThrowawayRedis.run { redis in
            try await withClient(redis.url) { client in
                let (hearings, heard) = AsyncStream.makeStream(of: RedisHearing.self)
                let subscription = client.subscribe(to: ["a", "b"]) { heard.yield($0) }
                var ear = hearings.makeAsyncIterator()
                #expect(await ear.next() == .begun)
                for number in 0..<100 {
                    #expect(try await client.publish("\(number)", to: number.isMultiple(of: 2) ? "a" : "b") == 1)
                }
                for number in 0..<100 {
                    guard case .message(let message)? = await ear.next() else {
                        Issue.record("no message")
                        return
                    }
                    #expect(String(buffer: message.payload) == "\(number)")
                    #expect(message.channel == (number.isMultiple(of: 2) ? "a" : "b"))
                }
                await redis.kill()
                #expect(await ear.next() == .lost)
                try await redis.start()
                // Each attempt that fails says so again.
                var next = await ear.next()
                while next == .lost { next = await ear.next() }
                #expect(next == .begun)
                _ = try await client.insist("PUBLISH", "a", "again")
                guard case .message(let message)? = await ear.next() else {
                    Issue.record("no message")
                    return
                }
                #expect(String(buffer: message.payload) == "again")
                subscription.cancel()
                while try await client.publish("nobody", to: "a") > 0 {}
            }
        }
    }

    @Test("A listener of a server that hangs is told, though nothing was to be said")
    func hanging() async throws {
        try await ThrowawayRedis.run { redis in
            try await withClient(
                redis.url,
                {
                    $0.heartbeat = .milliseconds(100)
                    $0.silenceLimit = .milliseconds(500)
                }
            ) { client in
                let (hearings, heard) = AsyncStream.makeStream(of: RedisHearing.self)
                let subscription = client.subscribe(to: ["a"]) { heard.yield($0) }
                defer { subscription.cancel() }
                var ear = hearings.makeAsyncIterator()
                #expect(await ear.next() == .begun)
                try await redis.freeze()
                #expect(await ear.next() == .lost)
                try await redis.thaw()
                var next = await ear.next()
                while next == .lost { next = await ear.next() }
                #expect(next == .begun)
            }
        }
    }
}
