import HTTPServing
import Testing

@Suite("Requests as raw bytes", .timeLimit(.minutes(2)))
struct RequestTableTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let request: String
        /// The statuses of all answers on the connection, in order.
        let statuses: [Int]
        /// Whether the server hangs up afterwards; otherwise a further request is served on the connection.
        var closes = true

        var testDescription: String { name }
    }

    private static let rest = "Host: a\r\nContent-Length: 0\r\n\r\n"
    /// A request that must never be seen, for whatever reason, behind an ambiguous one.
    private static let smuggled = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"

    static let served: [Case] = [
        Case(name: "plain", request: "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n", statuses: [200], closes: false),
        Case(
            name: "Connection: close",
            request: "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
            statuses: [200]
        ),
        Case(name: "HTTP/1.0", request: "GET /hello HTTP/1.0\r\n\r\n", statuses: [200]),
        Case(name: "HTTP/1.0, streamed", request: "GET /stream HTTP/1.0\r\n\r\n", statuses: [200]),
        Case(name: "streamed", request: "GET /stream HTTP/1.1\r\nHost: a\r\n\r\n", statuses: [200], closes: false),
        Case(name: "no content", request: "GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n", statuses: [204], closes: false),
        Case(name: "unknown path", request: "GET /none HTTP/1.1\r\nHost: a\r\n\r\n", statuses: [404], closes: false),
        Case(
            name: "chunked body",
            request: "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            statuses: [200],
            closes: false
        ),
        Case(
            name: "body nobody reads",
            request: "POST /ignore HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
            statuses: [200],
            closes: false
        ),
        Case(
            name: "three pipelined",
            request: String(repeating: "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n", count: 3),
            statuses: [200, 200, 200],
            closes: false
        ),
        Case(
            name: "two hundred pipelined",
            request: String(repeating: "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n", count: 200),
            statuses: Array(repeating: 200, count: 200),
            closes: false
        ),
        Case(
            name: "nothing behind Connection: close",
            request: "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" + smuggled,
            statuses: [200]
        ),
        Case(
            name: "an upgrade to something else is ignored, and nothing is read behind it",
            request: "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n" + smuggled,
            statuses: [200]
        ),
        Case(
            name: "percent-encoded UTF-8",
            request: "GET /path/%E2%82%AC HTTP/1.1\r\nHost: a\r\n\r\n",
            statuses: [200],
            closes: false
        ),
    ]

    static let smuggling: [Case] = [
        Case(
            name: "Content-Length and Transfer-Encoding",
            request:
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                + smuggled,
            statuses: [400]
        ),
        Case(
            name: "Transfer-Encoding and Content-Length",
            request:
                "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n"
                + smuggled,
            statuses: [400]
        ),
        Case(
            name: "two different Content-Length",
            request: "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 34\r\n\r\n" + smuggled,
            statuses: [400]
        ),
        Case(
            name: "two equal Content-Length",
            request: "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n" + smuggled,
            statuses: [400]
        ),
        Case(
            name: "Content-Length list",
            request: "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 0, 0\r\n\r\n" + smuggled,
            statuses: [400]
        ),
        Case(
            name: "Content-Length with a sign",
            request: "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: +0\r\n\r\n" + smuggled,
            statuses: [400]
        ),
        Case(
            name: "negative Content-Length",
            request: "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n" + smuggled,
            statuses: [400]
        ),
        Case(
            name: "hexadecimal Content-Length",
            request: "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 0x0\r\n\r\n" + smuggled,
            statuses: [400]
        ),
        Case(
            name: "Content-Length past 64 bits",
            request: "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551616\r\n\r\n" + smuggled,
            statuses: [400]
        ),
        Case(
            name: "Transfer-Encoding: identity",
            request: "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n" + smuggled,
            statuses: [400]
        ),
        Case(
            name: "Transfer-Encoding: chunked twice",
            request:
                "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                + smuggled,
            statuses: [400]
        ),
        Case(
            name: "Transfer-Encoding: gzip, chunked",
            request: "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" + smuggled,
            statuses: [400]
        ),
        Case(
            name: "Transfer-Encoding: xchunked",
            request: "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + smuggled,
            statuses: [400]
        ),
        Case(
            name: "Transfer-Encoding in HTTP/1.0",
            request: "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled,
            statuses: [400]
        ),
        Case(
            name: "space before the colon",
            request: "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length : 34\r\n\r\n" + smuggled,
            statuses: [400]
        ),
        Case(
            name: "folded line",
            request: "POST /echo HTTP/1.1\r\nHost: a\r\nX-A: b\r\n Content-Length: 34\r\n\r\n" + smuggled,
            statuses: [400]
        ),
        Case(
            name: "header without a name",
            request: "GET /hello HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n" + smuggled,
            statuses: [400]
        ),
        Case(
            name: "header without a colon",
            request: "GET /hello HTTP/1.1\r\nHost: a\r\nnonsense\r\n\r\n" + smuggled,
            statuses: [400]
        ),
        Case(
            name: "space before the first header",
            request: "GET /hello HTTP/1.1\r\n Host: a\r\n\r\n" + smuggled,
            statuses: [400]
        ),
        Case(
            name: "bare line feeds",
            request: "GET /hello HTTP/1.1\nHost: a\n\n" + smuggled,
            statuses: [400]
        ),
        Case(
            name: "one bare line feed",
            request: "GET /hello HTTP/1.1\r\nHost: a\nX: b\r\n\r\n" + smuggled,
            statuses: [400]
        ),
        Case(
            name: "bare carriage return",
            request: "GET /hello HTTP/1.1\r\nHost: a\rX: b\r\n\r\n" + smuggled,
            statuses: [400]
        ),
        Case(
            name: "NUL in a header",
            request: "GET /hello HTTP/1.1\r\nHost: a\r\nX: b\0c\r\n\r\n" + smuggled,
            statuses: [400]
        ),
    ]

    private static let hello = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"
    private static let chunked = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"

    static let chunks: [Case] = [
        Case(name: "chunk size is no number", request: chunked + "zz\r\nabc\r\n0\r\n\r\n" + smuggled, statuses: [400]),
        Case(name: "negative chunk size", request: chunked + "-1\r\nabc\r\n0\r\n\r\n" + smuggled, statuses: [400]),
        Case(name: "chunk size with 0x", request: chunked + "0x3\r\nabc\r\n0\r\n\r\n" + smuggled, statuses: [400]),
        Case(
            name: "chunk size past 64 bits",
            request: chunked + "10000000000000003\r\nabc\r\n0\r\n\r\n" + smuggled,
            statuses: [400]
        ),
        Case(name: "chunk longer than it says", request: chunked + "2\r\nabc\r\n0\r\n\r\n" + smuggled, statuses: [400]),
        Case(name: "chunk ended by a bare line feed", request: chunked + "3\nabc\n0\n\n" + smuggled, statuses: [400]),
        Case(name: "space after the size", request: chunked + "3 \r\nabc\r\n0\r\n\r\n" + smuggled, statuses: [400]),
        Case(name: "chunk size of 2^63", request: chunked + "8000000000000000\r\n", statuses: [400]),
        Case(name: "chunk size of 2^64 - 1", request: chunked + "ffffffffffffffff\r\n", statuses: [400]),
        Case(name: "chunk size of 17 digits", request: chunked + "00000000000000003", statuses: [400]),
        Case(name: "chunk size past the limit", request: chunked + "200001\r\n", statuses: [413]),
        Case(name: "a second chunk past the limit", request: chunked + "3\r\nabc\r\n1ffffe\r\n", statuses: [413]),
        Case(
            name: "one chunk extension of 1,025 bytes",
            request: chunked + "3;\(String(repeating: "a", count: 1025))",
            statuses: [400]
        ),
        Case(
            name: "many chunk extensions of 1,025 bytes together",
            request: chunked + String(repeating: "1;aaaaaaa\r\nx\r\n", count: 146) + "1;aaa",
            statuses: [400]
        ),
        Case(
            name: "chunk extensions of 1,024 bytes",
            request: chunked + "3;\(String(repeating: "a", count: 1024))\r\nabc\r\n0\r\n\r\n" + hello,
            statuses: [200, 200],
            closes: false
        ),
        Case(
            name: "a body of one-byte chunks with trailers, and a request behind it",
            request: chunked + String(repeating: "1\r\nx\r\n", count: 2_000) + "0\r\nA: b\r\nC: d\r\n\r\n" + hello,
            statuses: [200, 200],
            closes: false
        ),
        Case(
            name: "chunks in a pipeline, and an impossible one at its end",
            request: chunked + "3\r\nabc\r\n0\r\n\r\n" + hello + chunked + "8000000000000000\r\n",
            statuses: [200, 200, 400]
        ),
        Case(
            name: "chunked without end, hung up",
            request: chunked + "3\r\nab",
            statuses: []
        ),
    ]

    static let oddities: [Case] = [
        Case(name: "no Host", request: "GET /hello HTTP/1.1\r\n\r\n" + smuggled, statuses: [400]),
        Case(
            name: "two Hosts",
            request: "GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" + smuggled,
            statuses: [400]
        ),
        Case(name: "empty Host", request: "GET /hello HTTP/1.1\r\nHost: \r\n\r\n" + smuggled, statuses: [400]),
        Case(name: "Host with a path", request: "GET /hello HTTP/1.1\r\nHost: a/b\r\n\r\n" + smuggled, statuses: [400]),
        Case(
            name: "Host with a user",
            request: "GET /hello HTTP/1.1\r\nHost: a@b\r\n\r\n" + smuggled,
            statuses: [400]
        ),
        Case(
            name: "absolute form",
            request: "GET http://a/hello HTTP/1.1\r\nHost: a\r\n\r\n" + smuggled,
            statuses: [400]
        ),
        Case(name: "asterisk form", request: "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n" + smuggled, statuses: [400]),
        Case(name: "CONNECT", request: "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n" + smuggled, statuses: [405]),
        Case(name: "TRACE", request: "TRACE /hello HTTP/1.1\r\nHost: a\r\n\r\n" + smuggled, statuses: [405]),
        Case(name: "PROPFIND", request: "PROPFIND /hello HTTP/1.1\r\nHost: a\r\n\r\n" + smuggled, statuses: [405]),
        Case(name: "unknown method", request: "HACK /hello HTTP/1.1\r\nHost: a\r\n\r\n" + smuggled, statuses: [400]),
        Case(name: "lower-case method", request: "get /hello HTTP/1.1\r\nHost: a\r\n\r\n" + smuggled, statuses: [400]),
        Case(name: "HTTP/0.9", request: "GET /hello\r\n\r\n", statuses: [400]),
        Case(name: "HTTP/2 preface", request: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", statuses: [400]),
        Case(name: "HTTP/3.0", request: "GET /hello HTTP/3.0\r\nHost: a\r\n\r\n", statuses: [400]),
        Case(name: "HTTP/1.7", request: "GET /hello HTTP/1.7\r\nHost: a\r\n\r\n", statuses: [400]),
        Case(
            name: "TLS hello",
            request: "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}\u{FC}\u{3}\u{3}\r\n\r\n",
            statuses: [400]
        ),
        Case(name: "noise", request: "\u{1}\u{2}\u{3}\r\n\r\n", statuses: [400]),
        Case(
            name: "unknown expectation",
            request: "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: magic\r\n" + rest,
            statuses: [400]
        ),
        Case(
            name: "unknown expectation, otherwise well",
            request: "GET /hello HTTP/1.1\r\nHost: a\r\nExpect: magic\r\n\r\n",
            statuses: [417]
        ),
    ]

    static let targets: [Case] = [
        "/path/%", "/path/%2", "/path/%zz", "/path/%00", "/path/%FF", "/path/%C3%28", "/path/%ED%A0%80",
        "/path/\u{E9}", "/path/a\tb", "/path/a#b", "/../hello", "/path/../hello", "/path/%2e%2e/hello",
        "/path/.%2E/x", "/./hello", "/path/%2e%2e%2fhello", "/path/..\\hello", "hello", "//a/../b",
        "/echo-query?a=%", "/echo-query?a=%zz", "/echo-query?a=%C3%28",
    ].map { Case(name: $0, request: "GET \($0) HTTP/1.1\r\nHost: a\r\n\r\n" + smuggled, statuses: [400]) }

    static let bombs: [Case] = [
        Case(
            name: "target of 5 KB",
            request: "GET /path/\(String(repeating: "a", count: 5_000)) HTTP/1.1\r\n" + rest,
            statuses: [414]
        ),
        Case(
            name: "target of 100 KB",
            request: "GET /path/\(String(repeating: "a", count: 100_000)) HTTP/1.1\r\n" + rest,
            statuses: [414]
        ),
        Case(
            name: "header field of 9 KB",
            request: "GET /hello HTTP/1.1\r\nX: \(String(repeating: "a", count: 9_000))\r\n" + rest,
            statuses: [431]
        ),
        Case(
            name: "header field of 1 MB",
            request: "GET /hello HTTP/1.1\r\nX: \(String(repeating: "a", count: 1 << 20))\r\n" + rest,
            statuses: [431]
        ),
        Case(
            name: "header name of 1 MB",
            request: "GET /hello HTTP/1.1\r\n\(String(repeating: "a", count: 1 << 20)): b\r\n" + rest,
            statuses: [431]
        ),
        Case(
            name: "65 header fields",
            request: "GET /hello HTTP/1.1\r\n" + (0..<65).map { "X-\($0): a\r\n" }.joined() + rest,
            statuses: [431]
        ),
        Case(
            name: "100,000 header fields",
            request: "GET /hello HTTP/1.1\r\n" + String(repeating: "X: a\r\n", count: 100_000) + rest,
            statuses: [431]
        ),
        Case(
            name: "30 KB in fields of 1 KB",
            request: "GET /hello HTTP/1.1\r\n"
                + String(repeating: "X: \(String(repeating: "a", count: 1000))\r\n", count: 30) + rest,
            statuses: [431]
        ),
        Case(name: "endless empty lines", request: String(repeating: "\r\n", count: 100_000), statuses: [431]),
        Case(
            name: "declared body of 3 MB",
            request: "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3145728\r\n\r\n",
            statuses: [413]
        ),
        Case(
            name: "declared body of 3 MB, expecting 100",
            request: "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3145728\r\n\r\n",
            statuses: [413]
        ),
        Case(
            name: "chunked body of 3 MB",
            request: chunked
                + String(repeating: "10000\r\n\(String(repeating: "a", count: 65_536))\r\n", count: 48) + "0\r\n\r\n",
            statuses: [413]
        ),
        Case(
            name: "1 MB of trailers",
            request: chunked + "0\r\n" + String(repeating: "X: \(String(repeating: "a", count: 1000))\r\n", count: 1000)
                + "\r\n" + smuggled,
            statuses: [400]
        ),
    ]

    @Test(
        "Each is answered as it deserves, and a visitor is served after it",
        arguments: [
            served, smuggling, chunks, oddities, targets, bombs,
        ].flatMap { $0 }
    )
    func answers(_ example: Case) async throws {
        try await LiveServer.serving { server in
            let client = try await RawClient.connect(port: server.port)
            // A server that refuses early may hang up while the client still sends.
            try? await client.send(example.request)
            if example.closes {
                if example.statuses.isEmpty { try await client.finish() }
                let answers = HTTPAnswer.parseAll(try await client.receivedUntilEnd())
                #expect(answers.map(\.status).filter { $0 != 400 || !example.statuses.isEmpty } == example.statuses)
                for answer in answers where answer.status >= 400 && answer.status != 404 {
                    expectProblem(answer)
                }
            } else {
                let answers = HTTPAnswer.parseAll(try await client.receivedResponses(example.statuses.count))
                #expect(answers.map(\.status) == example.statuses)
                try await client.send("GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                let all = HTTPAnswer.parseAll(try await client.receivedUntilEnd())
                #expect(all.map(\.status) == example.statuses + [200])
            }
            try await server.servesVisitor()
        }
    }

    private func expectProblem(_ answer: HTTPAnswer) {
        #expect(answer.header("Content-Type") == "application/problem+json")
        #expect(answer.header("Connection") == "close")
        #expect(answer.header("Cache-Control") == "no-store")
        #expect(answer.header("X-Content-Type-Options") == "nosniff")
        #expect(answer.header("Server") == nil)
        #expect(answer.header("Date")?.hasSuffix("GMT") == true)
        #expect(answer.body.contains("\"status\":\(answer.status)"))
        #expect(answer.body.contains("\"requestId\":\"\(answer.header("X-Request-Id") ?? "-")\""))
    }
}
