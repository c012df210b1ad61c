/// Rows in the text format of `COPY … FROM STDIN`: columns end in a tab, rows in a newline, NULL is `\N`.
///
/// Source: PostgreSQL 15 documentation, COPY, "Text Format".
struct CopyEncoder {
    private(set) var bytes: [CChar] = []
    /// Rows encoded since the beginning, for errors.
    private var rows = 0

    mutating func append(_ row: [any PostgresEncodable]) throws(PostgresError) {
        rows += 1
        for (index, value) in row.enumerated() {
            if index > 0 { bytes.append(9) }
            switch value.postgresValue {
            case .null: bytes.append(contentsOf: [92, 78])
            case .text(let text): try append(text, column: index)
            case .unencodable(let reason):
                throw .encoding(parameter: index + 1, reason: "row \(rows): \(reason)")
            }
        }
        bytes.append(10)
    }

    private mutating func append(_ text: String, column: Int) throws(PostgresError) {
        for byte in text.utf8 {
            switch byte {
            case 0:
                throw .encoding(parameter: column + 1, reason: "row \(rows): it contains the character U+0000")
            case 92: bytes.append(contentsOf: [92, 92])
            case 9: bytes.append(contentsOf: [92, 116])
            case 10: bytes.append(contentsOf: [92, 110])
            case 13: bytes.append(contentsOf: [92, 114])
            default: bytes.append(CChar(bitPattern: byte))
            }
        }
    }

    mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }
}
