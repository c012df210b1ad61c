/// Makes text safe to stand in one log line.
enum LogEscaping {
    /// Unicode scalars of a value that are written; the rest is cut and the cut is marked.
    private static let maximumScalars = 2_048

    /// Appends the text; control characters, line separators and direction marks become `\u{…}`.
    ///
    /// - Parameters:
    ///   - text: anything.
    ///   - line: the line so far.
    ///   - quoted: put quotes around a value that is empty or has blanks, quotes or equals signs.
    static func append(_ text: String, to line: inout String, quoted: Bool) {
        let needsQuotes = quoted && (text.isEmpty || text.contains { " \"=\\".contains($0) })
        if needsQuotes { line += "\"" }
        for (index, scalar) in text.unicodeScalars.enumerated() {
            if index == maximumScalars {
                line += "…"
                break
            }
            append(scalar, to: &line, insideQuotes: needsQuotes)
        }
        if needsQuotes { line += "\"" }
    }

    private static func append(_ scalar: Unicode.Scalar, to line: inout String, insideQuotes: Bool) {
        switch scalar {
        case "\n": line += "\\n"
        case "\r": line += "\\r"
        case "\t": line += "\\t"
        case "\"" where insideQuotes: line += "\\\""
        case "\\" where insideQuotes: line += "\\\\"
        default:
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
                line += "\\u{" + String(scalar.value, radix: 16) + "}"
            default:
                line.unicodeScalars.append(scalar)
            }
        }
    }
}
