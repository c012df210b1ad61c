import APIContract
import Accounts
import Foundation
import NIOCore

/// The sockets of one event loop.
///
/// Only ever touched on that loop.
final class RealtimeLoop {
    /// In no order; each knows its place, so that coming and going cost the same however many there are.
    private var connections: ContiguousArray<RealtimeConnection> = []
    private let makeBatch: (_ since: UInt64) -> TickerBatch

    /// Creates an empty loop.
    ///
    /// - Parameter makeBatch: frames everything that changed since a version, for sockets that fell behind.
    init(makeBatch: @escaping (_ since: UInt64) -> TickerBatch) {
        self.makeBatch = makeBatch
    }

    func add(_ connection: RealtimeConnection) {
        connection.place = connections.count
        connections.append(connection)
    }

    func remove(_ connection: RealtimeConnection) {
        let last = connections.removeLast()
        guard last !== connection else { return }
        last.place = connection.place
        connections[connection.place] = last
    }

    /// Closes the sockets of whoever may no longer have one.
    func apply(_ changes: [UUID: [StandingChange]]) {
        for connection in connections { connection.apply(changes) }
    }

    /// Closes every socket, each with a moment of its own to come back at.
    func restart() {
        for connection in connections { connection.close(.restarting, RealtimeHub.restartReason()) }
    }

    /// Sends every socket what is due and what it can take, with one flush; the others get it once they can.
    ///
    /// However many sockets fell behind with tickers and at however many versions, they share one batch from the furthest
    /// behind on. Whoever has seen more of it gets a little again, always the newest state of a symbol: cheaper than a
    /// batch of its own, and the next tick finds everybody at one version.
    ///
    /// - Parameters:
    ///   - batch: the tickers that changed since the last tick.
    ///   - wrote: called behind every few sends of tickers with their number.
    func deliver(_ batch: TickerBatch, wrote: (_ sockets: Int) -> Void) {
        var behind: [RealtimeConnection] = []
        var oldest = batch.since
        var untold = 0
        func count() {
            untold += 1
            guard untold == Self.socketsPerReport else { return }
            wrote(untold)
            untold = 0
        }
        for connection in connections {
            switch connection.deliver(batch) {
            case .nothing: break
            case .written: count()
            case .behind(let since):
                behind.append(connection)
                oldest = min(oldest, since)
            }
            connection.writeNumbered()
            connection.flush()
            connection.closeIfStalled()
        }
        if !behind.isEmpty {
            let catchUp = makeBatch(oldest)
            for connection in behind {
                guard case .written = connection.deliver(catchUp) else { continue }
                connection.flush()
                count()
            }
        }
        if untold > 0 { wrote(untold) }
    }

    /// Looking at the clock for each of them would cost a tenth of what sending does.
    private static let socketsPerReport = 32
}
