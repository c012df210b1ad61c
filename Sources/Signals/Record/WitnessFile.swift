import Foundation
package import MerkleLog

/// Checkpoints one below the other in a file: for a disk, a share or a repository that others keep.
///
/// Each line is a JSON object with `origin`, `size`, `rootHash`, `signedAt` (milliseconds), `keyId` and `signature`
/// (Base64). Lines are added and never changed; the file grows by some 300 bytes for each checkpoint, and whoever keeps it
/// may cut it, since the last line is enough.
package struct WitnessFile: Sendable {
    private let url: URL

    package init(path: String) { url = URL(fileURLWithPath: path) }

    private struct Line: Codable {
        var origin: String
        var size: Int64
        var rootHash: String
        var signedAt: Int64
        var keyId: String
        var signature: Data
    }

    /// What a witness is given, without a line end.
    package static func text(_ signed: SignedCheckpoint) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let line = Line(
            origin: signed.checkpoint.origin,
            size: signed.checkpoint.size,
            rootHash: signed.checkpoint.root.hex,
            signedAt: signed.checkpoint.signedAt,
            keyId: signed.keyID,
            signature: signed.signature
        )
        // Texts and whole numbers always encode.
        guard let bytes = try? encoder.encode(line) else { preconditionFailure("A checkpoint did not encode") }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Adds a checkpoint, unless it is there.
    ///
    /// - Throws: the file system's error.
    package func add(_ signed: SignedCheckpoint) throws {
        let text = Self.text(signed)
        if !FileManager.default.fileExists(atPath: url.path) {
            guard FileManager.default.createFile(atPath: url.path, contents: nil) else {
                throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: url.path])
            }
        }
        let handle = try FileHandle(forUpdating: url)
        defer { try? handle.close() }
        let end = try handle.seekToEnd()
        var line = Data((text + "\n").utf8)
        // Told again after a restart: the last line says so already.
        try handle.seek(toOffset: end - min(end, UInt64(line.count)))
        let last = try handle.readToEnd() ?? Data()
        if last == line { return }
        // A crash has left half a line: it stays one.
        if let byte = last.last, byte != UInt8(ascii: "\n") { line.insert(UInt8(ascii: "\n"), at: 0) }
        try handle.write(contentsOf: line)
        try handle.synchronize()
    }

    /// The heads that the file holds; lines that are none are passed over, since a crash may leave half of one.
    ///
    /// Their signatures are not looked at: whoever wrote the record anew may have put another key in its place, and the
    /// file is believed because it lies elsewhere.
    ///
    /// - Throws: the file system's error.
    package func heads() throws -> [RecordHead] {
        try String(contentsOf: url, encoding: .utf8).split(separator: "\n").compactMap { text in
            guard let line = try? JSONDecoder().decode(Line.self, from: Data(text.utf8)),
                line.origin == SignalRecord.origin
            else { return nil }
            return MerkleHash(hex: line.rootHash).map { RecordHead(size: line.size, root: $0) }
        }
    }
}
