import CLibPQ
import Dispatch
import Synchronization

/// Where requests to stop a statement are sent from: `PQcancel` opens a connection of its own and blocks.
///
/// A server that hangs may hold it for ever, so only so many are under way in a process; past that a request is
/// refused, and the statement's connection is given up after its grace like one whose request had no effect.
enum CancelLane {
    private static let limit = 8
    private static let underWay = Mutex(0)
    private static let queue = DispatchQueue(label: "postgres.cancel", attributes: .concurrent)

    /// Asks the server to stop what the connection is doing.
    ///
    /// `done`: called when the request has been delivered, or cannot be.
    /// Returns false when too many requests are under way already.
    static func request(_ connection: OpaquePointer, done: @escaping @Sendable () -> Void) -> Bool {
        let isFree = underWay.withLock { count in
            if count >= limit { return false }
            count += 1
            return true
        }
        guard isFree else { return false }
        guard let cancel = PQgetCancel(connection) else {
            underWay.withLock { $0 -= 1 }
            return false
        }
        let ticket = CancelTicket(pointer: cancel)
        queue.async {
            ticket.send()
            underWay.withLock { $0 -= 1 }
            done()
        }
        return true
    }
}

/// A copy of what it takes to stop a connection's statement, independent of the connection.
private struct CancelTicket: @unchecked Sendable {  // handed over once, to the one closure that uses and frees it
    let pointer: OpaquePointer

    func send() {
        var message = [CChar](repeating: 0, count: 256)
        _ = PQcancel(pointer, &message, Int32(message.count))
        PQfreeCancel(pointer)
    }
}
