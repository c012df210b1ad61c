import Addressing
import HTTPServing
import Testing

@Suite("Connections are counted", .timeLimit(.minutes(2)))
struct ConnectionCapTests {
    @Test("Past the cap a client is told 503 and when to come back; one that leaves makes room")
    func total() async throws {
        let limits = HTTPServerLimits(maxConnections: 3)
        let ledger = ConnectionLedger(limits: limits)
        try await LiveServer.serving(limits, ledger: ledger) { server in
            let holders = try await Self.holders(3, server)
            let late = try await RawClient.connect(port: server.port)
            // It may be told before it has asked.
            try? await late.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
            let answers = HTTPAnswer.parseAll(try await late.receivedUntilEnd())
            #expect(answers.map(\.status) == [503])
            #expect(answers.first?.header("Retry-After") != nil)
            #expect(ledger.open == 3)
            #expect(ledger.turnedAway == 1)
            holders[0].close()
            // Room is there as soon as the server has noticed; a client that keeps asking finds it.
            var statuses: [Int] = []
            while statuses != [200] {
                let client = try await RawClient.connect(port: server.port)
                try? await client.send("GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                statuses = HTTPAnswer.parseAll(try await client.receivedUntilEnd()).map(\.status)
                #expect(statuses == [200] || statuses == [503])
            }
        }
    }

    @Test("One address may hold only so many; another is served")
    func byAddress() async throws {
        try await LiveServer.serving(HTTPServerLimits(maxConnectionsPerAddress: 3)) { server in
            let holders = try await Self.holders(3, server)
            let late = try await RawClient.connect(port: server.port)
            #expect(HTTPAnswer.parseAll(try await late.receivedUntilEnd()).map(\.status) == [503])
            let neighbour = try await RawClient.connect(port: server.port, from: "127.0.0.2")
            try await neighbour.send("GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            #expect(HTTPAnswer.parseAll(try await neighbour.receivedUntilEnd()).map(\.status) == [200])
            _ = holders
        }
    }

    @Test(
        "Our own proxy may hold as many as it needs, named by address or by block",
        arguments: ["127.0.0.1", "127.0.0.0/8"]
    )
    func trusted(proxies: String) async throws {
        let block = try #require(NetworkBlock(proxies))
        let limits = HTTPServerLimits(maxConnectionsPerAddress: 1, trustedAddresses: [block])
        try await LiveServer.serving(limits) { server in
            let holders = try await Self.holders(5, server)
            try await server.servesVisitor()
            _ = holders
        }
    }

    /// Connections that were served once and are kept open.
    private static func holders(_ count: Int, _ server: LiveServer) async throws -> [RawClient] {
        var holders: [RawClient] = []
        for _ in 0..<count {
            let client = try await RawClient.connect(port: server.port)
            try await client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = try await client.receivedResponses(1)
            holders.append(client)
        }
        return holders
    }
}
