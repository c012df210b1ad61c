import Foundation

/// A `.env` file: `NAME=value` lines, `#` comments, quotes around a value optional, no expansion.
package struct EnvironmentFile: Sendable {
    package private(set) var values: [(name: String, value: String)] = []
    package private(set) var problems: [SettingsError.Problem] = []

    /// Reads text; a line that is none of the known kinds becomes a problem naming the file and the line.
    package init(text: String, file: String) {
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let trimmed = line.trimmingCharacters(in: .whitespaces.union(.controlCharacters))
            if trimmed.isEmpty || trimmed.hasPrefix("#") { continue }
            guard let equals = trimmed.firstIndex(of: "="), equals != trimmed.startIndex else {
                problems.append(.unreadableLine(file: file, number: index + 1))
                continue
            }
            let name = trimmed[..<equals].trimmingCharacters(in: .whitespaces)
            let value = trimmed[trimmed.index(after: equals)...].trimmingCharacters(in: .whitespaces)
            values.append((name, Self.unquoted(value)))
        }
    }

    /// Reads the file; nil when there is none.
    ///
    /// - Parameter path: the file.
    /// - Throws: ``SettingsError`` when it is there but cannot be read.
    package init?(path: String) throws(SettingsError) {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw SettingsError([.unreadableFile(path)])
        }
        self.init(text: text, file: path)
    }

    private static func unquoted(_ text: String) -> String {
        for quote in ["\"", "'"] where text.count >= 2 && text.hasPrefix(quote) && text.hasSuffix(quote) {
            return String(text.dropFirst().dropLast())
        }
        return text
    }
}
