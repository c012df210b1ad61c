import Markets
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

    /// Sends the batch to every subscriber that can take it; the others get the newest state once they can.
    func deliver(_ batch: TickerBatch) {
        var catchUps: [UInt64: TickerBatch] = [:]
        for connection in connections.values {
            guard let since = connection.tickersDue(before: batch.version) else { continue }
            // Who has seen more than the last tick gets a little of it again, always the newest state of a symbol:
            // cheaper than a batch of its own, and the next tick finds everybody at one version.
            if since >= batch.since {
                connection.send(batch)
            } else {
                let catchUp = catchUps[since] ?? makeBatch(since)
                catchUps[since] = catchUp
                connection.send(catchUp)
            }
        }
    }
}
