import Accounts
import Foundation
import NIOCore

/// The sockets of one event loop.
///
/// Only ever touched on that loop.
final class RealtimeLoop {
    private var connections: [ObjectIdentifier: RealtimeConnection] = [:]
    private let makeBatch: (_ since: UInt64) -> TickerBatch

    /// Creates an empty loop.
    ///
    /// - Parameter makeBatch: frames everything that changed since a version, for sockets that fell behind.
    init(makeBatch: @escaping (_ since: UInt64) -> TickerBatch) {
        self.makeBatch = makeBatch
    }

    func add(_ connection: RealtimeConnection) {
        connections[ObjectIdentifier(connection)] = connection
    }

    func remove(_ connection: RealtimeConnection) {
        connections[ObjectIdentifier(connection)] = nil
    }

    /// Closes the sockets of whoever may no longer have one.
    func apply(_ changes: [UUID: [StandingChange]]) {
        for connection in connections.values { connection.apply(changes) }
    }

    /// Sends the batch to every subscriber that can take it; the others get the newest state once they can.
    ///
    /// However many sockets fell behind and at however many versions, they share one batch from the furthest behind
    /// on. Whoever has seen more of it gets a little again, always the newest state of a symbol: cheaper than a batch of
    /// its own, and the next tick finds everybody at one version.
    ///
    /// - Parameters:
    ///   - batch: what changed since the last tick.
    ///   - wrote: called behind each send.
    func deliver(_ batch: TickerBatch, wrote: () -> Void) {
        var behind: [RealtimeConnection] = []
        var oldest = batch.since
        for connection in connections.values {
            guard let since = connection.tickersDue(before: batch.version) else { continue }
            if since >= batch.since {
                connection.send(batch)
                wrote()
            } else {
                behind.append(connection)
                oldest = min(oldest, since)
            }
        }
        guard !behind.isEmpty else { return }
        let catchUp = makeBatch(oldest)
        for connection in behind {
            connection.send(catchUp)
            wrote()
        }
    }
}
