import Logging
import Synchronization

/// Keeps every log line.
final class LogLines: LogHandler {
    private let lines = Mutex<[String]>([])
    private let stream: AsyncStream<String>
    private let written: AsyncStream<String>.Continuation

    init() { (stream, written) = AsyncStream.makeStream() }

    /// All lines with their fields.
    var text: String { lines.withLock { $0.joined(separator: "\n") } }

    /// Waits for a line that says so.
    func first(_ message: String) async {
        for await line in stream where line.hasPrefix(message) { return }
    }

    func log(event: LogEvent) {
        let fields = event.metadata?.map { "\($0)=\($1)" }.joined(separator: " ") ?? ""
        lines.withLock { $0.append("\(event.message) \(fields)") }
        written.yield("\(event.message)")
    }

    // What is kept is the line itself; the logger's own fields and level are not looked at.
    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }

    var logLevel: Logger.Level {
        get { .trace }
        set {}
    }
}
