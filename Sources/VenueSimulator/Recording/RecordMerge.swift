import Markets

/// Several files as one sequence in the order of time; at the same instant the file named first comes first.
///
/// Blocking, and for one thread at a time.
final class RecordMerge {
    private var heads: [(cursor: RecordCursor, record: Record)] = []

    init(_ files: [RecordingFile]) throws(RecordingError) {
        for file in files {
            let cursor = try RecordCursor(file)
            guard let record = try cursor.next() else { throw .fileEmpty(file: file.path) }
            heads.append((cursor, record))
        }
    }

    func next() throws(RecordingError) -> Record? {
        guard var earliest = heads.indices.first else { return nil }
        for index in heads.indices where heads[index].record.time < heads[earliest].record.time { earliest = index }
        let record = heads[earliest].record
        if let following = try heads[earliest].cursor.next() {
            heads[earliest].record = following
        } else {
            heads.remove(at: earliest)
        }
        return record
    }

    /// At most `count` records; fewer only at the end.
    func next(_ count: Int) throws(RecordingError) -> [Record] {
        var records: [Record] = []
        records.reserveCapacity(count)
        while records.count < count, let record = try next() { records.append(record) }
        return records
    }
}
