package import MerkleLog

/// Says, signed, what the record is whenever it has grown, and keeps it where the database's writers cannot reach.
package struct RecordKeeper: Sendable {
    private let record: SignalRecord
    private let key: CheckpointKey
    /// Notes a head down outside of the database.
    private let note: @Sendable (RecordHead) throws -> Void

    package init(record: SignalRecord, key: CheckpointKey, note: @escaping @Sendable (RecordHead) throws -> Void) {
        self.record = record
        self.key = key
        self.note = note
    }

    /// Signs the head where the last checkpoint is of a smaller one; nil where nothing has come.
    ///
    /// - Throws: the store's failure, the file system's, the library's.
    package func sign(at milliseconds: Int64) async throws -> SignedCheckpoint? {
        let head = try await record.head()
        guard head.size > (try await record.latest()?.checkpoint.size ?? 0) else { return nil }
        let signed = try key.sign(
            Checkpoint(origin: SignalRecord.origin, size: head.size, root: head.root, signedAt: milliseconds)
        )
        // Noted first: a checkpoint that somebody has seen must be among those that a later record is held to.
        try note(head)
        try await record.keep(signed)
        return signed
    }
}
