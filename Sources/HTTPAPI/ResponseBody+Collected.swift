import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import Synchronization

extension ResponseBody {
    /// The bytes of a body whose length is known.
    func collected() async throws -> ByteBuffer {
        let collector = BodyCollector()
        try await write(collector)
        return collector.buffer.withLock { $0 }
    }
}

/// Receives a body in memory.
private final class BodyCollector: ResponseBodyWriter {
    let buffer = Mutex(ByteBuffer())

    func write(_ part: ByteBuffer) async throws {
        var part = part
        _ = buffer.withLock { $0.writeBuffer(&part) }
    }

    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
