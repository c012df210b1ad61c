import NIOCore
import Redis
import TestKit
import Testing

@Suite(
    "Commands to Redis",
    .enabled(if: ThrowawayRedis.isInstalled, "redis-server is not installed"),
    .timeLimit(.minutes(5))
)
struct RedisCommandTests {
    @Test("A thousand commands at once are each given their own answer, over one connection")
    func pipelining() async throws {
        try await ThrowawayRedis.run { redis in
            try await withClient(redis.url) { client in
                let answers = try await withThrowingTaskGroup(of: (Int, String?).self) { group in
                    for number in 0..<1_000 {
                        group.addTask { (number, try await client.send(RedisCommand("ECHO", [number])).text) }
                    }
                    return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
                }
                #expect(answers == Dictionary(uniqueKeysWithValues: (0..<1_000).map { ($0, "\($0)") }))
                // redis-cli's own and ours.
                let list = try await redis.cli("CLIENT", "LIST")
                #expect(list.split(separator: "\n").count == 2)
            }
        }
    }

    @Test("Commands of one task are carried out in their order")
    func order() async throws {
        try await ThrowawayRedis.run { redis in
            try await withClient(redis.url) { client in
                for number in 1...50 {
                    #expect(try await client.send(RedisCommand("RPUSH", ["list", number])) == .integer(Int64(number)))
                }
                let list = try await client.send(RedisCommand("LRANGE", ["list", 0, -1]))
                #expect(list.items?.compactMap(\.text) == (1...50).map(String.init))
            }
        }
    }

    @Test("Any bytes come back as they were", arguments: [0, 1, 16_383, 1 << 20, 20 << 20])
    func binary(size: Int) async throws {
        let line = ByteBuffer(bytes: (0...255).map(UInt8.init) + Array("\r\n$-1\r\n".utf8))
        var value = ByteBuffer()
        while value.readableBytes < size { value.writeImmutableBuffer(line) }
        value.moveWriterIndex(to: size)
        try await ThrowawayRedis.run { redis in
            try await withClient(redis.url) { client in
                let set = try await client.send(RedisCommand("SET", ["a key with spaces\r\n", value]))
                #expect(set == .status("OK"))
                #expect(try await client.send(RedisCommand("GET", ["a key with spaces\r\n"])).buffer == value)
            }
        }
    }

    @Test("Every kind of answer is read")
    func kinds() async throws {
        try await ThrowawayRedis.run { redis in
            try await withClient(redis.url) { client in
                #expect(try await client.send(RedisCommand("GET", ["nothing"])) == .null)
                #expect(try await client.send(RedisCommand("LRANGE", ["nothing", 0, -1])) == .array([]))
                let script = "return {1, 'two', {3, {false}}, redis.status_reply('FINE'), redis.error_reply('BAD it')}"
                let answer = try await client.send(RedisCommand("EVAL", [script, 0], route: .anywhere))
                let items = try #require(answer.items)
                #expect(items[0] == .integer(1))
                #expect(items[1].text == "two")
                #expect(items[2] == .array([.integer(3), .array([.null])]))
                #expect(items[3] == .status("FINE"))
                #expect("\(items[4])".contains("BAD") && !"\(items[4])".contains("it)"))
            }
        }
    }

    @Test("A refusal is the command's own, and says its code without what was sent")
    func refusals() async throws {
        try await ThrowawayRedis.run { redis in
            try await withClient(redis.url) { client in
                _ = try await client.send(RedisCommand("SET", ["text", "hunter2"]))
                let wrong = await client.refusal(of: "INCR", "text")
                #expect("\(try #require(wrong))" == "Redis refused: ERR")
                let type = await client.refusal(of: "LPUSH", "text", "hunter2")
                #expect("\(try #require(type))" == "Redis refused: WRONGTYPE")
                let unknown = try #require(await client.refusal(of: "NOSUCHTHING", "hunter2"))
                #expect(!"\(unknown) \(String(reflecting: unknown))".contains("hunter2"))
                #expect(try await client.send(RedisCommand("GET", ["text"])).text == "hunter2")
            }
        }
    }

    @Test("A password, a user's name and a database are what the connection begins with")
    func access() async throws {
        try await ThrowawayRedis.run(options: ["--requirepass", "p@ss/word"]) { redis in
            let host = "127.0.0.1:\(redis.port)"
            try await withClient("redis://:p%40ss%2Fword@\(host)/3") { client in
                _ = try await client.send(RedisCommand("SET", ["here", "1"]))
                let info = try await client.send(RedisCommand("CLIENT", ["INFO"], route: .anywhere)).text ?? ""
                #expect(info.contains(" db=3 "))
            }
            try await withClient("redis://default:p%40ss%2Fword@\(host)") { client in
                #expect(await client.refusal(of: "GET", "here") == nil)
            }
            for url in ["redis://:guess@\(host)", "redis://\(host)"] {
                try await withClient(url) { client in
                    let error = try #require(await client.refusal(of: "GET", "here"))
                    guard case .notAuthenticated(let code) = error else {
                        Issue.record("\(error)")
                        return
                    }
                    #expect(["WRONGPASS", "NOAUTH"].contains(code))
                    #expect(!"\(error)".contains("guess"))
                }
            }
        }
    }
}
