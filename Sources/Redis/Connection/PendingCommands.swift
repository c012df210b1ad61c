import NIOCore

/// Commands that wait for their answers, in the order in which those come.
///
/// One whose time is over keeps its place, so that its answer is not taken for the next one's. Who gets what is returned
/// and not called from here: whoever is called may send the next command.
struct PendingCommands {
    private struct Command {
        let promise: EventLoopPromise<RedisValue>
        let bytes: Int
        let sentAt: NIODeadline
    }

    struct Waiter {
        let promise: EventLoopPromise<RedisValue>?

        func hear(_ value: RedisValue) {
            if case .failure(let failure) = value {
                promise?.fail(RedisError.server(failure))
            } else {
                promise?.succeed(value)
            }
        }
    }

    private var commands = CircularBuffer<Command>()
    /// So many at the front wait for nothing any more.
    private var expired = 0
    private(set) var bytes = 0

    var count: Int { commands.count }

    /// When the one was sent that has waited longest.
    var oldest: NIODeadline? { commands.first?.sentAt }

    /// The same of those that still want an answer.
    var oldestWanted: NIODeadline? {
        expired < commands.count ? commands[offset: expired].sentAt : nil
    }

    mutating func append(_ promise: EventLoopPromise<RedisValue>, bytes: Int, at now: NIODeadline) {
        commands.append(Command(promise: promise, bytes: bytes, sentAt: now))
        self.bytes += bytes
    }

    /// Removes the oldest, whose answer has come; nil when there is none.
    ///
    /// - Returns: who waits for the answer; nobody any more, perhaps.
    mutating func removeOldest() -> Waiter? {
        guard let command = commands.popFirst() else { return nil }
        bytes -= command.bytes
        guard expired > 0 else { return Waiter(promise: command.promise) }
        expired -= 1
        return Waiter(promise: nil)
    }

    /// Those that were sent before a moment and still want an answer: their time is over.
    mutating func expire(sentBefore moment: NIODeadline) -> [EventLoopPromise<RedisValue>] {
        var promises: [EventLoopPromise<RedisValue>] = []
        while let sentAt = oldestWanted, sentAt <= moment {
            promises.append(commands[offset: expired].promise)
            expired += 1
        }
        return promises
    }

    /// All that still want an answer; none is left.
    mutating func removeAll() -> [EventLoopPromise<RedisValue>] {
        defer { self = PendingCommands() }
        return commands.dropFirst(expired).map(\.promise)
    }
}

extension CircularBuffer {
    fileprivate subscript(offset offset: Int) -> Element { self[index(startIndex, offsetBy: offset)] }
}
