import Foundation
package import Logging
import Synchronization

/// Writes one log line per event to standard error: time, level, sentence, then `key=value` fields in order of name.
///
/// Whatever came from outside stands in a field, and fields are escaped: a line break or a terminal's escape code in a
/// value cannot forge a line or drive the reader's terminal.
package struct LineLogHandler: LogHandler {
    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    private let label: String
    private let write: @Sendable (_ line: String) -> Void

    package init(
        label: String,
        level: Logger.Level,
        write: @escaping @Sendable (_ line: String) -> Void = Self.writeToStandardError
    ) {
        self.label = label
        self.logLevel = level
        self.write = write
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var line = Self.timestamp() + " " + event.level.rawValue.uppercased() + " "
        LogEscaping.append("\(event.message)", to: &line, quoted: false)
        line += " label=" + label
        var fields = metadata
        if let provided = metadataProvider?.get() { fields.merge(provided) { $1 } }
        if let own = event.metadata { fields.merge(own) { $1 } }
        for (key, value) in fields.sorted(by: { $0.key < $1.key }) {
            line += " "
            LogEscaping.append(key, to: &line, quoted: false)
            line += "="
            LogEscaping.append("\(value)", to: &line, quoted: true)
        }
        write(line + "\n")
    }

    /// One `write` per line, so that lines of several threads do not mix; a closed or full standard error loses the line
    /// and never stops the program.
    package static func writeToStandardError(_ line: String) {
        var line = line
        line.withUTF8 { bytes in
            _ = Foundation.write(STDERR_FILENO, bytes.baseAddress, bytes.count)
        }
    }

    private static func timestamp() -> String {
        Date.now.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
