import CHiredis
import NIOCore

/// Turns bytes into answers: hiredis' reader, held to ``ReplyLimits``.
///
/// For one event loop alone.
final class ReplyReader {
    private let reader: UnsafeMutablePointer<redisReader>
    private let functions: UnsafeMutablePointer<redisReplyObjectFunctions>
    private let limits: ReplyLimits
    private let budget: ReplyBudget

    init(limits: ReplyLimits) {
        self.limits = limits
        budget = ReplyBudget(limits)
        functions = .allocate(capacity: 1)
        functions.initialize(to: ReplyNode.functions)
        guard let reader = redisReaderCreateWithFunctions(functions) else { fatalError("no memory for a reader") }
        // Lives as long as this reader does, which holds it.
        reader.pointee.privdata = Unmanaged.passUnretained(budget).toOpaque()
        self.reader = reader
    }

    deinit {
        redisReaderFree(reader)
        functions.deallocate()
    }

    /// Takes what came; answers that are complete by now are had with ``next()``.
    ///
    /// - Throws: ``RedisError/protocolViolation(_:)``.
    func feed(_ bytes: ByteBuffer) throws(RedisError) {
        let status = bytes.withUnsafeReadableBytes { bytes in
            redisReaderFeed(reader, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
        }
        guard status == REDIS_OK else { throw .protocolViolation("no memory for the answer") }
    }

    /// The next complete answer; nil until there is more.
    ///
    /// - Throws: ``RedisError/protocolViolation(_:)``; after that the reader is of no more use.
    func next() throws(RedisError) -> RedisValue? {
        var reply: UnsafeMutableRawPointer?
        guard redisReaderGetReply(reader, &reply) == REDIS_OK else {
            // hiredis' own sentence quotes what it stumbled upon, which may be anybody's data.
            throw .protocolViolation(budget.isExceeded ? "an answer is too large" : "an answer is malformed")
        }
        guard let reply else {
            try checkPending()
            return nil
        }
        budget.refill()
        return Unmanaged<ReplyNode>.fromOpaque(reply).takeRetainedValue().value
    }

    /// What lies there is the beginning of an answer: waiting for the rest must end somewhere.
    private func checkPending() throws(RedisError) {
        let buffered = UnsafeRawBufferPointer(start: reader.pointee.buf, count: reader.pointee.len)
        let pending = buffered.dropFirst(reader.pointee.pos)
        guard kindUnderWay == REDIS_REPLY_STRING, let end = pending.firstIndex(of: UInt8(ascii: "\r")) else {
            if pending.count > limits.lineBytes { throw .protocolViolation("a line is too long") }
            return
        }
        // Refused for what it claims to be, before it is waited for; hiredis has checked the digits.
        guard let claimed = Int(String(decoding: pending[..<end], as: UTF8.self)), claimed <= budget.bytesLeft else {
            throw .protocolViolation("an answer is too large")
        }
    }

    /// What the first byte of the element said that is not whole yet; hiredis has stepped over it.
    private var kindUnderWay: Int32 {
        let depth = Int(reader.pointee.ridx)
        return withUnsafeBytes(of: &reader.pointee.rstack) { stack in
            let tasks = stack.bindMemory(to: redisReadTask.self)
            return tasks.indices.contains(depth) ? tasks[depth].type : -1
        }
    }
}

/// What is left of the limits for the answer that is being read.
final class ReplyBudget {
    private let limits: ReplyLimits
    private(set) var bytesLeft: Int
    private(set) var elementsLeft: Int
    private(set) var isExceeded = false

    init(_ limits: ReplyLimits) {
        self.limits = limits
        bytesLeft = limits.bytes
        elementsLeft = limits.elements
    }

    func refill() {
        bytesLeft = limits.bytes
        elementsLeft = limits.elements
    }

    func take(bytes: Int = 0, elements: Int = 0) -> Bool {
        guard bytes <= bytesLeft, elements <= elementsLeft else {
            isExceeded = true
            return false
        }
        bytesLeft -= bytes
        elementsLeft -= elements
        return true
    }
}
