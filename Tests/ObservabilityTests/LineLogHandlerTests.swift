import Logging
import Observability
import Synchronization
import Testing

@Suite("Log lines")
struct LineLogHandlerTests {
    private final class Lines: Sendable {
        let all = Mutex<[String]>([])
    }

    private func logged(_ message: Logger.Message, _ metadata: Logger.Metadata) throws -> String {
        let lines = Lines()
        var handler = LineLogHandler(label: "test", level: .info) { line in lines.all.withLock { $0.append(line) } }
        handler.metadata = ["request_id": "abc"]
        let logger = Logger(label: "test") { _ in handler }
        logger.info(message, metadata: metadata)
        return try #require(lines.all.withLock { $0.first })
    }

    @Test(
        "What a client sends stays inside its field",
        arguments: [
            ("plain", "plain"),
            ("two words", "\"two words\""),
            ("a=b", "\"a=b\""),
            ("", "\"\""),
            ("say \"hi\"", "\"say \\\"hi\\\"\""),
            ("x\n2026-01-01 INFO forged", "\"x\\n2026-01-01 INFO forged\""),
            ("\u{1b}[31mred", "\\u{1b}[31mred"),
            ("a\u{202e}b", "a\\u{202e}b"),
            ("a\u{2028}b", "a\\u{2028}b"),
            ("r\r\n", "r\\r\\n"),
            ("\u{0}\u{7f}\u{9b}", "\\u{0}\\u{7f}\\u{9b}"),
        ]
    )
    func escaping(value: String, written: String) throws {
        let line = try logged("Something happened", ["agent": "\(value)"])
        #expect(line.hasSuffix(" INFO Something happened label=test agent=\(written) request_id=abc\n"))
        #expect(line.filter(\.isNewline).count == 1)
    }

    @Test("A huge value is cut")
    func cut() throws {
        let line = try logged("Something happened", ["agent": "\(String(repeating: "x", count: 100_000))"])
        #expect(line.utf8.count < 2_300)
        #expect(line.contains("x… "))
    }
}
