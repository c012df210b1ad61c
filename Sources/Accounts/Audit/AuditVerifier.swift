/// Walks along the record and finds the first fault.
///
/// A value: entries in the order of their sequence go in, a fault comes out or none.
package struct AuditVerifier: Sendable {
    private var last: AuditRecord?
    private var previous = AuditHead.empty
    /// Heads that were noted down elsewhere, by their sequence.
    private let anchors: [Int64: String]

    /// - Parameter anchors: heads that were noted down outside of the database.
    package init(anchors: [AuditHead] = []) {
        self.anchors = Dictionary(anchors.map { ($0.sequence, $0.hash) }) { first, _ in first }
    }

    /// Looks at the next entry.
    package mutating func check(_ record: AuditRecord) -> AuditFault? {
        guard record.sequence == previous.sequence + 1 else { return .missing(sequence: previous.sequence + 1) }
        // The entry before fits itself, but not what was remembered of it: it is the one that was changed.
        if let last, record.previousHash != last.hash, record.computedHash == record.hash {
            return .altered(sequence: last.sequence, id: last.id)
        }
        guard record.previousHash == previous.hash, record.computedHash == record.hash else {
            return .altered(sequence: record.sequence, id: record.id)
        }
        if let noted = anchors[record.sequence], noted != record.hash { return .rewritten(sequence: record.sequence) }
        guard record.isNamedRightly else { return .renamed(sequence: record.sequence, id: record.id) }
        last = record
        previous = AuditHead(sequence: record.sequence, hash: record.hash)
        return nil
    }

    /// Compares the end with what it should be.
    ///
    /// - Parameter head: the head as the database keeps it.
    /// - Returns: what is wrong with the end, if anything.
    package func finish(at head: AuditHead) -> AuditFault? {
        let furthest = max(head.sequence, anchors.keys.max() ?? 0)
        if furthest > previous.sequence { return .cut(sequence: previous.sequence + 1, last: furthest) }
        if head.sequence == previous.sequence, head.hash != previous.hash {
            return .altered(sequence: previous.sequence, id: last?.id ?? "")
        }
        return nil
    }

    /// How far it came: the last entry that is as it was written.
    package var verified: AuditHead { previous }
}
