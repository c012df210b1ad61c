import Logging
import NIOCore
import Testing

@Suite("Requests that break off", .timeLimit(.minutes(2)))
struct BrokenRequestTests {
    private static let head = """
        POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n
        """

    @Test(
        "A stranger's broken body is no error of ours: it is told at debug level, and never as an error",
        arguments: [
            "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"em\r\nzz\r\n",
            "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"em\r\n8000000000000000\r\n",
            "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"em\r\n10001\r\n",
        ]
    )
    func malformedBody(rest: String) async throws {
        try await LiveAPI.serving { api in
            let answer = try await RawRequest.send(Self.head + rest, port: api.port)
            #expect(answer.hasPrefix("HTTP/1.1 4"))
            #expect(await api.log.first("A request ended before its answer")?.level == .debug)
            #expect(api.log.lines.allSatisfy { $0.level < .warning })
        }
    }

    @Test("Nor is one whose sender hangs up in the middle of it, or resets the connection")
    func hungUp() async throws {
        try await LiveAPI.serving { api in
            let body = "Content-Length: 100\r\n\r\n{\"email\":"
            try await RawRequest.sendAndVanish(Self.head + body, port: api.port)
            // Served after it, so it has been dealt with or was never seen whole.
            #expect(try await api.get("/health/live").status == 200)
            #expect(api.log.lines.allSatisfy { $0.level < .warning })
        }
        // Whatever the shutdown said of it was no error either.
    }
}
