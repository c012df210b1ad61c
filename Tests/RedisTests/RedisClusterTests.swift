import NIOCore
import Redis
import TestKit
import Testing

@Suite(
    "A cluster of Redis",
    .enabled(if: ThrowawayRedis.isInstalled, "redis-server is not installed"),
    .timeLimit(.minutes(5))
)
struct RedisClusterTests {
    @Test("Keys go to the servers they belong to, and follow a slot that is being moved and has moved")
    func keys() async throws {
        try await ThrowawayRedis.runCluster { servers in
            // One is named, the others are asked for.
            try await withClient(servers[0].url + "?cluster=true") { client in
                for number in 0..<300 {
                    #expect(try await client.insist("SET", "key:\(number)", "\(number)") == .status("OK"))
                }
                for number in 0..<300 {
                    #expect(try await client.insist("GET", "key:\(number)").text == "\(number)")
                }
                var sizes: [Int] = []
                for server in servers { sizes.append(Int(try await server.cli("DBSIZE")) ?? 0) }
                #expect(sizes.reduce(0, +) == 300 && sizes.allSatisfy { $0 > 0 })

                let slot = RedisSlot.of("{moving}".utf8)
                let (owner, other) = try await Self.owner(of: slot, in: servers)
                let (ownerID, otherID) = (
                    try await owner.cli("CLUSTER", "MYID"), try await other.cli("CLUSTER", "MYID")
                )
                try await other.cli("CLUSTER", "SETSLOT", "\(slot)", "IMPORTING", ownerID)
                try await owner.cli("CLUSTER", "SETSLOT", "\(slot)", "MIGRATING", otherID)
                // The owner has no such key: it says ASK, and the other one takes it.
                #expect(try await client.insist("SET", "{moving}", "1") == .status("OK"))
                #expect(try await other.cli("CLUSTER", "COUNTKEYSINSLOT", "\(slot)") == "1")
                for server in servers { try await server.cli("CLUSTER", "SETSLOT", "\(slot)", "NODE", otherID) }
                #expect(try await client.insist("GET", "{moving}").text == "1")
                #expect(client.isUp)
            }
        }
    }

    @Test("A sharded channel is heard at the server that its slot belongs to, also after it has moved")
    func listening() async throws {
        try await ThrowawayRedis.runCluster { servers in
            let hosts = servers.map { "127.0.0.1:\($0.port)" }.joined(separator: ",")
            try await withClient("redis://\(hosts)") { client in
                let (hearings, heard) = AsyncStream.makeStream(of: RedisHearing.self)
                let subscription = client.subscribe(to: ["{bell}:a"]) { heard.yield($0) }
                defer { subscription.cancel() }
                var ear = hearings.makeAsyncIterator()
                var next = await ear.next()
                // Where it does not know the owner yet, it is told.
                while next == .lost { next = await ear.next() }
                #expect(next == .begun)
                #expect(try await client.insist("SPUBLISH", "{bell}:a", "one") == .integer(1))
                #expect(Self.words(await ear.next()) == "one")

                let slot = RedisSlot.of("{bell}".utf8)
                let (_, other) = try await Self.owner(of: slot, in: servers)
                let otherID = try await other.cli("CLUSTER", "MYID")
                try await other.cli("CLUSTER", "SETSLOT", "\(slot)", "NODE", otherID)
                for server in servers { try await server.cli("CLUSTER", "SETSLOT", "\(slot)", "NODE", otherID) }
                next = await ear.next()
                #expect(next == .lost)
                while next == .lost { next = await ear.next() }
                #expect(next == .begun)
                #expect(try await client.insist("SPUBLISH", "{bell}:a", "two") == .integer(1))
                #expect(Self.words(await ear.next()) == "two")
            }
        }
    }

    private static func words(_ hearing: RedisHearing?) -> String? {
        guard case .message(let message)? = hearing else { return nil }
        return String(buffer: message.payload)
    }

    /// The server of a slot, and another one.
    private static func owner(
        of slot: Int,
        in servers: [ThrowawayRedis]
    ) async throws -> (owner: ThrowawayRedis, other: ThrowawayRedis) {
        for (index, server) in servers.enumerated() {
            let answer = try await server.cli("GET", "{\(try name(of: slot))}")
            if !answer.hasPrefix("MOVED") { return (server, servers[(index + 1) % servers.count]) }
        }
        throw ThrowawayRedis.Failure(description: "nobody has the slot")
    }

    private static func name(of slot: Int) throws -> String {
        try #require(["moving", "bell"].first { RedisSlot.of($0.utf8) == slot })
    }
}
