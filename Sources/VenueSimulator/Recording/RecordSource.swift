import NIOPosix
import Synchronization

/// The records of a replay, read on a thread that may block.
final class RecordSource: Sendable {
    private let merge: Mutex<RecordMerge>

    private init(_ files: [RecordingFile]) throws(RecordingError) {
        let merge = try RecordMerge(files)
        self.merge = Mutex(merge)
    }

    static func open(_ files: [RecordingFile]) async throws -> RecordSource {
        try await NIOThreadPool.singleton.runIfActive { try RecordSource(files) }
    }

    /// At most `count` records in the order of time; none at the end.
    func next(_ count: Int) async throws -> [Record] {
        try await NIOThreadPool.singleton.runIfActive { try self.merge.withLock { try $0.next(count) } }
    }
}
