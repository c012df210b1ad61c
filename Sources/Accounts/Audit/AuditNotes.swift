package import Foundation

/// Heads of the record, noted down in the data directory: whoever can write everything in the database cannot write
/// here.
///
/// One line each, `SEQUENCE:HASH TIME`, added and never changed. Bounded: a file of a mebibyte becomes the older of two,
/// which together hold some 18,000 heads.
package struct AuditNotes: Sendable {
    private let file: URL
    private let older: URL

    static let maximumBytes: UInt64 = 1 << 20

    /// - Parameters:
    ///   - dataDirectory: where the file is.
    ///   - name: the file's, which tells one record's heads from another's.
    package init(dataDirectory: String, name: String = "audit-heads") {
        file = URL(fileURLWithPath: dataDirectory).appendingPathComponent(name)
        older = file.appendingPathExtension("older")
    }

    /// All that is noted down; lines that are none are passed over, since a crash may leave half of one.
    ///
    /// - Throws: the file system's error when a file is there and cannot be read.
    package func read() throws -> [AuditHead] {
        try [older, file].flatMap { url -> [AuditHead] in
            guard FileManager.default.fileExists(atPath: url.path) else { return [] }
            return try String(contentsOf: url, encoding: .utf8).split(separator: "\n").compactMap { line in
                line.split(separator: " ").first.flatMap { AuditHead(text: String($0)) }
            }
        }
    }

    /// Adds a head.
    ///
    /// - Throws: the file system's error.
    package func note(_ head: AuditHead, at now: Date) throws {
        if !FileManager.default.fileExists(atPath: file.path) {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
            guard
                FileManager.default.createFile(
                    atPath: file.path,
                    contents: nil,
                    attributes: [.posixPermissions: 0o600]
                )
            else { throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: file.path]) }
        }
        let handle = try FileHandle(forWritingTo: file)
        defer { try? handle.close() }
        let length = try handle.seekToEnd()
        try handle.write(contentsOf: Data("\(head.sequence):\(head.hash) \(now.ISO8601Format())\n".utf8))
        guard length > Self.maximumBytes else { return }
        try? FileManager.default.removeItem(at: older)
        try FileManager.default.moveItem(at: file, to: older)
    }
}

extension AuditHead {
    /// Reads `SEQUENCE:HASH`.
    package init?(text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let sequence = Int64(parts[0]), sequence >= 0, parts[1].utf8.count == 64,
            parts[1].allSatisfy(\.isHexDigit)
        else { return nil }
        self.init(sequence: sequence, hash: parts[1].lowercased())
    }
}
