import CHiredis
import NIOCore

/// An answer, or an element of one, while hiredis reads it.
///
/// hiredis holds the outermost one (and hands it over, or lets go of it when the reader ends or fails); every other is
/// held by the one around it.
final class ReplyNode {
    private enum Content {
        case whole(RedisValue)
        case array([ReplyNode])
    }

    private var content: Content

    private init(_ content: Content) { self.content = content }

    var value: RedisValue {
        switch content {
        case .whole(let value): value
        case .array(let nodes): .array(nodes.map(\.value))
        }
    }

    /// How hiredis makes answers; a NULL of theirs ends the reading.
    static var functions: redisReplyObjectFunctions {
        redisReplyObjectFunctions(
            createString: { task, bytes, count in
                guard let task, let bytes, ReplyNode.budget(of: task).take(bytes: count) else { return nil }
                let raw = UnsafeRawBufferPointer(start: bytes, count: count)
                switch task.pointee.type {
                case REDIS_REPLY_STATUS: return ReplyNode.add(.status(String(decoding: raw, as: UTF8.self)), to: task)
                case REDIS_REPLY_ERROR:
                    let failure = RedisServerFailure(String(decoding: raw, as: UTF8.self))
                    return ReplyNode.add(.failure(failure), to: task)
                default:
                    // hiredis steps over the end of the line, which lies there too, without a look at it.
                    guard bytes[count] == 13, bytes[count + 1] == 10 else { return nil }
                    return ReplyNode.add(.bytes(ByteBuffer(bytes: raw)), to: task)
                }
            },
            createArray: { task, count in
                // Nothing is set aside for what is only announced.
                guard let task, ReplyNode.budget(of: task).take(elements: Int(count)) else { return nil }
                return ReplyNode.add(ReplyNode(.array([])), to: task)
            },
            createInteger: { task, number in task.flatMap { ReplyNode.add(.integer(number), to: $0) } },
            createNil: { task in task.flatMap { ReplyNode.add(.null, to: $0) } },
            freeObject: { object in
                if let object { Unmanaged<ReplyNode>.fromOpaque(object).release() }
            }
        )
    }

    private static func add(
        _ value: RedisValue,
        to task: UnsafePointer<redisReadTask>
    ) -> UnsafeMutableRawPointer {
        add(ReplyNode(.whole(value)), to: task)
    }

    private static func add(_ node: ReplyNode, to task: UnsafePointer<redisReadTask>) -> UnsafeMutableRawPointer {
        guard let parent = task.pointee.parent?.pointee.obj else { return Unmanaged.passRetained(node).toOpaque() }
        Unmanaged<ReplyNode>.fromOpaque(parent).takeUnretainedValue().append(node)
        return Unmanaged.passUnretained(node).toOpaque()
    }

    private func append(_ node: ReplyNode) {
        guard case .array(var nodes) = content else { return }
        // Taken out, so that it is appended to where it lies.
        content = .array([])
        nodes.append(node)
        content = .array(nodes)
    }

    private static func budget(of task: UnsafePointer<redisReadTask>) -> ReplyBudget {
        guard let pointer = task.pointee.privdata else { preconditionFailure("a reader is made with its budget") }
        return Unmanaged<ReplyBudget>.fromOpaque(pointer).takeUnretainedValue()
    }
}
