import HTTPServing
import Testing

@Suite("Answers", .timeLimit(.minutes(2)))
struct AnswerTests {
    @Test(
        "HEAD gets the header of GET and not a byte more, and the connection goes on",
        arguments: [
            "/hello", "/stream", "/none",
        ]
    )
    func head(path: String) async throws {
        try await LiveServer.serving { server in
            let client = try await RawClient.connect(port: server.port)
            try await client.send("HEAD \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = try await client.received { bytes, _ in bytes.suffix(4).elementsEqual("\r\n\r\n".utf8) }
            try await client.send("HEAD \(path) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            let text = try await client.receivedUntilEnd()
            let answers = HTTPAnswer.parseAll(text, toHead: true)
            #expect(answers.count == 2)
            #expect(text.hasSuffix("\r\n\r\n"))
            #expect(!text.contains("\r\n\r\n0\r\n"))
        }
    }

    @Test("A refused HEAD has no body either")
    func refusedHead() async throws {
        try await LiveServer.serving { server in
            let client = try await RawClient.connect(port: server.port)
            try await client.send("HEAD /hello HTTP/1.1\r\n\r\n")
            let text = try await client.receivedUntilEnd()
            #expect(text.hasPrefix("HTTP/1.1 400 "))
            #expect(text.hasSuffix("\r\n\r\n"))
        }
    }

    @Test("Who expects 100-continue is told to go on, then answered")
    func expectContinue() async throws {
        try await LiveServer.serving { server in
            let client = try await RawClient.connect(port: server.port)
            try await client.send(
                "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\nConnection: close\r\n\r\n"
            )
            _ = try await client.received { bytes, _ in bytes.starts(with: "HTTP/1.1 100 Continue\r\n\r\n".utf8) }
            try await client.send("abc")
            let answers = HTTPAnswer.parseAll(try await client.receivedUntilEnd())
            #expect(answers.map(\.body) == ["abc"])
        }
    }

    @Test("No answer names the software")
    func namesNoSoftware() async throws {
        try await LiveServer.serving { server in
            let client = try await RawClient.connect(port: server.port)
            try await client.send(
                "GET /hello HTTP/1.1\r\nHost: a\r\n\r\nGET /none HTTP/1.1\r\nHost: a\r\n\r\nBAD\r\n\r\n"
            )
            let text = try await client.receivedUntilEnd()
            #expect(HTTPAnswer.parseAll(text).map(\.status) == [200, 404, 400])
            for word in ["server:", "hummingbird", "swift", "nio"] { #expect(!text.lowercased().contains(word)) }
        }
    }

    @Test("A client that sends no more still gets the whole answer")
    func halfClosed() async throws {
        try await LiveServer.serving { server in
            let client = try await RawClient.connect(port: server.port)
            try await client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
            try await client.finish()
            let answers = HTTPAnswer.parseAll(try await client.receivedUntilEnd())
            #expect(answers.first?.body.utf8.count == 8 << 20)
        }
    }

    @Test("A client that reads late still gets the whole of the last answer")
    func lateReader() async throws {
        try await LiveServer.serving { server in
            let client = try await RawClient.connect(port: server.port, reads: false)
            try await client.send("GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            try await server.servesVisitor()
            try await client.startReading()
            let answers = HTTPAnswer.parseAll(try await client.receivedUntilEnd())
            #expect(answers.first?.body.utf8.count == 8 << 20)
        }
    }

    @Test("The application may refuse a body earlier; what is left of it is read past, and the next request served")
    func applicationRefusesEarly() async throws {
        try await LiveServer.serving { server in
            let client = try await RawClient.connect(port: server.port)
            let body = String(repeating: "a", count: 100_000)
            try await client.send("POST /short HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n\(body)")
            try await client.send("GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            let answers = HTTPAnswer.parseAll(try await client.receivedUntilEnd())
            #expect(answers.map(\.status) == [413, 200])
        }
    }

    @Test("A connection serves as many requests as it may, and says so with the last")
    func requestsPerConnection() async throws {
        try await LiveServer.serving(HTTPServerLimits(maxRequestsPerConnection: 3)) { server in
            let client = try await RawClient.connect(port: server.port)
            try await client.send(String(repeating: "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n", count: 5))
            let answers = HTTPAnswer.parseAll(try await client.receivedUntilEnd())
            #expect(answers.map { $0.header("Connection") } == [nil, nil, "close"])
        }
    }
}
