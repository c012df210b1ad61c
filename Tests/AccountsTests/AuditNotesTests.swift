import Accounts
import Foundation
import Testing

@Suite("Heads of the record, noted down")
struct AuditNotesTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tp-notes-\(UUID().uuidString)")

    private func head(_ sequence: Int64) -> AuditHead {
        AuditHead(sequence: sequence, hash: String(repeating: "ab", count: 32))
    }

    @Test("What is noted is read again, in order; half a line is passed over")
    func roundTrip() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let notes = AuditNotes(dataDirectory: folder.path)
        #expect(try notes.read() == [])
        try notes.note(head(1), at: Date(timeIntervalSince1970: 0))
        try notes.note(head(7), at: Date(timeIntervalSince1970: 1))
        let file = folder.appendingPathComponent("audit-heads")
        let handle = try FileHandle(forWritingTo: file)
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("8:abab".utf8))
        try handle.close()
        #expect(try notes.read() == [head(1), head(7)])
        let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test("Two files of a mebibyte are kept, the oldest heads go")
    func bounded() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let notes = AuditNotes(dataDirectory: folder.path)
        for sequence in 1...30_000 { try notes.note(head(Int64(sequence)), at: Date(timeIntervalSince1970: 0)) }
        let heads = try notes.read()
        #expect(heads.last == head(30_000) && heads.count < 30_000 && heads.count > 10_000)
        #expect(zip(heads, heads.dropFirst()).allSatisfy { $0.sequence + 1 == $1.sequence })
    }

    @Test(
        "A head is a sequence and 64 hexadecimal digits",
        arguments: [
            "", "1", "1:", ":a", "-1:\(String(repeating: "a", count: 64))", "1:\(String(repeating: "g", count: 64))",
            "1:ab", "1:a:b",
        ]
    )
    func malformed(text: String) { #expect(AuditHead(text: text) == nil) }
}
