import APIContract
import Accounts
import Foundation
import MarketFeed
import NIOCore

/// The sockets of one event loop.
///
/// Only ever touched on that loop.
final class RealtimeLoop {
    /// In no order; each knows its place, so that coming and going cost the same however many there are.
    private var connections: ContiguousArray<RealtimeConnection> = []
    /// The board's version that each row of connections was last told of.
    private var told: [UInt64] = []
    private let board: MarketBoard

    /// Some milliseconds of sending.
    private static let rowLength = 512
    /// How long a batch is new enough for one more row.
    private static let freshness = TimeAmount.milliseconds(10)

    /// Creates an empty loop.
    init(board: MarketBoard) { self.board = board }

    func add(_ connection: RealtimeConnection) {
        connection.place = connections.count
        connections.append(connection)
        let (row, seat) = connection.place.quotientAndRemainder(dividingBy: Self.rowLength)
        guard seat == 0 else { return }
        // Whoever begins a row has asked for nothing yet.
        if row == told.count { told.append(board.version) } else { told[row] = board.version }
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
    /// Tickers are framed once for the loop, as long as it keeps up. Where it does not, sockets further behind in it get
    /// what changed meanwhile too: with the ticks coming faster than it can send, each waits one round for the newest, not
    /// two.
    ///
    /// However many sockets fell behind with tickers and at however many versions, they share one batch from the furthest
    /// behind on. Whoever has seen more of it gets a little again, always the newest state of a symbol: cheaper than a
    /// batch of its own, and the next tick finds everybody at one version.
    ///
    /// - Parameter wrote: called behind every few sends of tickers with their number.
    func deliver(wrote: (_ sockets: Int) -> Void) {
        var behind: [RealtimeConnection] = []
        var oldest = UInt64.max
        var untold = 0
        func count() {
            untold += 1
            guard untold == Self.socketsPerReport else { return }
            wrote(untold)
            untold = 0
        }
        var shared: (batch: TickerBatch, staleAt: NIODeadline)?
        // Those of this moment: a send that fails may take its connection out.
        let connections = connections
        for (row, first) in stride(from: 0, to: connections.count, by: Self.rowLength).enumerated() {
            let now = NIODeadline.now()
            let batch: TickerBatch
            if let shared, shared.batch.since <= told[row], now < shared.staleAt {
                batch = shared.batch
            } else {
                batch = TickerBatch(of: board, since: told[row])
                shared = (batch, now + Self.freshness)
            }
            told[row] = batch.version
            for connection in connections[first..<min(first + Self.rowLength, connections.count)] {
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
        }
        if !behind.isEmpty {
            let catchUp = TickerBatch(of: board, since: oldest)
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
