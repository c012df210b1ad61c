import NIOCore
import NIOPosix
import Redis
import TestKit
import Testing

@Suite(
    "Redis that fails",
    .enabled(if: ThrowawayRedis.isInstalled, "redis-server is not installed"),
    .timeLimit(.minutes(5))
)
struct RedisFaultTests {
    @Test("A server that is killed under commands answers some and fails the rest; it is found again when it is back")
    func killed() async throws {
        try await ThrowawayRedis.run { redis in
            try await withClient(redis.url) { client in
                _ = try await client.send(RedisCommand("SET", ["key", "1"]))
                let outcomes = await withTaskGroup(of: RedisError?.self) { group in
                    // The first keeps the server busy for longer than it lives.
                    group.addTask { await client.refusal(of: "DEBUG", "SLEEP", "600") }
                    for _ in 0..<500 { group.addTask { await client.refusal(of: "GET", "key") } }
                    group.addTask {
                        await redis.kill()
                        return nil
                    }
                    return await group.reduce(into: []) { $0.append($1) }
                }
                #expect(outcomes.count == 502)
                for case let error? in outcomes {
                    switch error {
                    case .connectionLost, .unavailable: break
                    default: Issue.record("\(error)")
                    }
                }
                #expect(outcomes.contains { if case .connectionLost = $0 { true } else { false } })
                let refused = try #require(await client.refusal(of: "GET", "key"))
                #expect(refused.isUnsent || "\(refused)".contains("lost"))
                try await redis.start()
                #expect(try await client.insist("GET", "key") == .null)
                #expect(client.isUp && client.losses > 0)
            }
        }
    }

    @Test("A server that hangs costs a caller the time allowed, and late answers are nobody else's")
    func frozen() async throws {
        try await ThrowawayRedis.run { redis in
            try await withClient(redis.url, { $0.commandTimeout = .seconds(1) }) { client in
                _ = try await client.insist("SET", "key", "1")
                try await redis.freeze()
                async let first = client.refusal(of: "GET", "key")
                async let second = client.refusal(of: "INCR", "key")
                #expect(await first == .timedOut(after: .seconds(1)))
                #expect(await second == .timedOut(after: .seconds(1)))
                try await redis.thaw()
                // The connection is the same: what the frozen server was asked was done, and answered to nobody.
                #expect(try await client.insist("GET", "key").text == "2")
                #expect(client.losses == 0)
            }
        }
    }

    @Test("A connection that stays silent is given up, and another one made")
    func silent() async throws {
        try await ThrowawayRedis.run { redis in
            try await withClient(
                redis.url,
                {
                    $0.heartbeat = .milliseconds(100)
                    $0.silenceLimit = .milliseconds(500)
                }
            ) { client in
                _ = try await client.insist("SET", "key", "1")
                try await redis.freeze()
                #expect(await client.refusal(of: "GET", "key") != nil)
                try await redis.thaw()
                #expect(try await client.insist("GET", "key").text == "1")
                #expect(client.losses > 0)
            }
        }
    }

    @Test("One command too many is turned away at once, by number and by bytes")
    func fullQueue() async throws {
        try await ThrowawayRedis.run { redis in
            try await withClient(
                redis.url,
                {
                    $0.maximumPending = 3
                    $0.maximumPendingBytes = 1_000
                }
            ) { client in
                let large = String(repeating: "x", count: 1_000)
                #expect(await client.refusal(of: "SET", "key", large) == .queueFull(waiting: 0))
                try await redis.freeze()
                let answers = await withTaskGroup(of: RedisError?.self) { group in
                    for _ in 0..<5 { group.addTask { await client.refusal(of: "INCR", "key") } }
                    var answers: [RedisError?] = []
                    for await answer in group {
                        answers.append(answer)
                        // Those two are answered by nobody but ourselves.
                        if answers.count == 2 { try? await redis.thaw() }
                    }
                    return answers
                }
                #expect(answers.prefix(2) == [.queueFull(waiting: 3), .queueFull(waiting: 3)])
                #expect(answers.dropFirst(2).allSatisfy { $0 == nil })
            }
        }
    }

    @Test(
        "What is no answer ends the connection, and says so",
        arguments: [
            "HTTP/1.1 400 Bad Request\r\n\r\n", "$999999999999\r\n", "$99999999999999999999\r\n", "*2000000000\r\n",
            "$-7\r\n", ":12x\r\n", "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n",
            "+PONG\r\n:1\r\n", "$3\r\nabcd\r\n+PONG\r\n", "+" + String(repeating: "x", count: 70_000),
        ]
    )
    func garbage(answer: String) async throws {
        // The first words are the connection's PING; it is let pass, so that the command meets the nonsense.
        try await FakeRedis.run { heard in
            heard.contains("PING") ? "+PONG\r\n" : answer
        } _: { fake in
            try await withClient("redis://127.0.0.1:\(fake.port)") { client in
                let error = await client.refusal(of: "GET", "key")
                if answer.hasPrefix("+PONG") {
                    // The first line is an answer; the second one nobody has asked for.
                    #expect(error == nil)
                } else if case .protocolViolation? = error {
                } else {
                    Issue.record("\(String(describing: error))")
                }
                while client.losses == 0 { try await Task.sleep(for: .milliseconds(1)) }
            }
        }
    }

    @Test("A program that is no Redis, or is none at all, is said to be unavailable")
    func nobody() async throws {
        try await FakeRedis.run { _ in
            "220 mail.example.com ESMTP\r\n"
        } _: { fake in
            try await withClient("redis://127.0.0.1:\(fake.port)") { client in
                #expect(await client.refusal(of: "GET", "key") != nil)
                #expect(!client.isUp)
            }
        }
        try await withClient("redis://127.0.0.1:1") { client in
            let error = try #require(await client.refusal(of: "GET", "key"))
            #expect(error.isUnsent)
        }
    }
}
