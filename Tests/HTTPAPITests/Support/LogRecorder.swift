import Logging
import Synchronization

/// Keeps every log line.
final class LogRecorder: LogHandler {
    struct Line: Hashable, Sendable {
        let level: Logger.Level
        let message: String
        /// The message and every field.
        let text: String
    }

    private let kept = Mutex<[Line]>([])
    private let stream: AsyncStream<Line>
    private let written: AsyncStream<Line>.Continuation

    init() { (stream, written) = AsyncStream.makeStream() }

    var lines: [Line] { kept.withLock { $0 } }

    /// Waits for a line that says so.
    func first(_ message: String) async -> Line? {
        for await line in stream where line.message == message { return line }
        return nil
    }

    func log(event: LogEvent) {
        let fields = event.metadata?.map { "\($0)=\($1)" }.joined(separator: " ") ?? ""
        let line = Line(level: event.level, message: "\(event.message)", text: "\(event.message) \(fields)")
        kept.withLock { $0.append(line) }
        written.yield(line)
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
