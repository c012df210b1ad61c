import HTTPServing
import NIOCore
import Testing

@Suite("Slow and silent clients", .timeLimit(.minutes(2)))
struct DeadlineTests {
    /// Short enough to be waited for.
    ///
    /// Only the deadline under test is: on a busy machine another one would come first.
    private static let soon = TimeAmount.milliseconds(200)

    @Test(
        "A header that never ends is answered 408",
        arguments: [
            "G", "GET /hello HTTP/1.1\r\n", "GET /hello HTTP/1.1\r\nHost: a\r\nX-A: b", "\r\n",
        ]
    )
    func header(sent: String) async throws {
        try await LiveServer.serving(HTTPServerLimits(headerDeadline: Self.soon)) { server in
            let client = try await RawClient.connect(port: server.port)
            try await client.send(sent)
            #expect(HTTPAnswer.parseAll(try await client.receivedUntilEnd()).map(\.status) == [408])
            try await server.servesVisitor()
        }
    }

    @Test("Dripping bytes does not move the header's deadline")
    func slowloris() async throws {
        let limits = HTTPServerLimits(headerDeadline: Self.soon, lingerDeadline: Self.soon)
        try await LiveServer.serving(limits) { server in
            let client = try await RawClient.connect(port: server.port)
            try await client.send("GET /hello HTTP/1.1\r\nHost: a\r\n")
            // One more byte whenever the last is through; the server ends it, whatever keeps coming.
            let dripping = Task {
                while !Task.isCancelled {
                    try await client.send("X")
                    await Task.yield()
                }
            }
            let answers = HTTPAnswer.parseAll(try await client.receivedUntilEnd())
            dripping.cancel()
            #expect(answers.first.map { [408, 431].contains($0.status) } == true)
            try await server.servesVisitor()
        }
    }

    @Test(
        "A body that never ends is answered 408",
        arguments: [
            "Content-Length: 10\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
        ]
    )
    func body(sent: String) async throws {
        try await LiveServer.serving(HTTPServerLimits(bodyDeadline: Self.soon)) { server in
            let client = try await RawClient.connect(port: server.port)
            try await client.send("POST /echo HTTP/1.1\r\nHost: a\r\n\(sent)")
            #expect(HTTPAnswer.parseAll(try await client.receivedUntilEnd()).map(\.status) == [408])
            try await server.servesVisitor()
        }
    }

    @Test("A connection that asks nothing is hung up on, at the start and after an answer")
    func idle() async throws {
        try await LiveServer.serving(HTTPServerLimits(idleTimeout: Self.soon)) { server in
            let silent = try await RawClient.connect(port: server.port)
            #expect(try await silent.receivedUntilEnd().isEmpty)
            // On a busy machine the first of these may have been silent for too long as well.
            var statuses: [Int] = []
            while statuses.isEmpty {
                let once = try await RawClient.connect(port: server.port)
                try? await once.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
                statuses = HTTPAnswer.parseAll(try await once.receivedUntilEnd()).map(\.status)
            }
            #expect(statuses == [200])
        }
    }

    @Test("A client that does not read its answer is hung up on")
    func stalledReader() async throws {
        try await LiveServer.serving(HTTPServerLimits(stallTimeout: Self.soon)) { server in
            let client = try await RawClient.connect(port: server.port, reads: false)
            try await client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
            // Sending goes on until the server has hung up, and only then fails.
            while (try? await client.send("x")) != nil {}
            try await server.servesVisitor()
        }
    }

    @Test("An application that is slow is waited for, whatever the client's deadlines are")
    func slowApplication() async throws {
        let gate = Gate()
        let limits = HTTPServerLimits(
            headerDeadline: Self.soon,
            bodyDeadline: Self.soon,
            idleTimeout: .seconds(2),
            stallTimeout: Self.soon
        )
        try await LiveServer.serving(limits, gate: gate) { server in
            let client = try await RawClient.connect(port: server.port)
            try await client.send("GET /gated HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            await gate.someoneArrived()
            // Every deadline has passed once a connection that came later has idled out.
            let silent = try await RawClient.connect(port: server.port)
            _ = try await silent.receivedUntilEnd()
            gate.open()
            #expect(HTTPAnswer.parseAll(try await client.receivedUntilEnd()).map(\.body) == ["opened"])
        }
    }

    @Test("Eighty half-sent requests and five hundred silent sockets harm no one, and are hung up on")
    func crowd() async throws {
        let limits = HTTPServerLimits(
            headerDeadline: .seconds(3),
            bodyDeadline: .seconds(3),
            idleTimeout: .seconds(3)
        )
        try await LiveServer.serving(limits) { server in
            var crowd: [RawClient] = []
            for number in 0..<580 {
                let client = try await RawClient.connect(port: server.port)
                if number < 40 { try await client.send("GET /hello HTTP/1.1\r\nHost: a\r\nX-A") }
                if (40..<80).contains(number) {
                    try await client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc")
                }
                crowd.append(client)
            }
            try await server.servesVisitor()
            for (number, client) in crowd.enumerated() {
                let statuses = HTTPAnswer.parseAll(try await client.receivedUntilEnd()).map(\.status)
                #expect(statuses == (number < 80 ? [408] : []))
            }
            try await server.servesVisitor()
        }
    }
}
