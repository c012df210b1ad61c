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
    /// What the last turns began with, the oldest first; at most ``turnsRemembered``.
    private var turns: [UInt64] = []
    /// Every symbol, framed for who subscribes within one moment.
    private var whole: (batch: TickerBatch, staleAt: Int64)?
    private let board: MarketBoard
    private let monotonicMilliseconds: @Sendable () -> Int64

    /// Some milliseconds of sending.
    private static let rowLength = 512
    /// How long a batch is new enough for one more row, or one more subscriber.
    private static let freshMilliseconds: Int64 = 10
    /// Whoever missed more turns, a second of them, is sent every symbol: by then most of them have changed.
    private static let turnsRemembered = 10

    /// Creates an empty loop.
    init(board: MarketBoard, monotonicMilliseconds: @escaping @Sendable () -> Int64) {
        self.board = board
        self.monotonicMilliseconds = monotonicMilliseconds
    }

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
    /// However many sockets fell behind with tickers and at however many versions, they share two batches: one from the
    /// furthest behind of the last second on, and one of every symbol for whoever missed more. Some hear a little again,
    /// always the newest state of a symbol: cheaper than a batch of their own, and the next tick finds everybody at one
    /// version.
    ///
    /// - Parameter wrote: called behind every few sends of tickers with their number.
    func deliver(wrote: (_ sockets: Int) -> Void) {
        var stragglers = Stragglers(horizon: turns.first ?? 0)
        turns.append(board.version)
        if turns.count > Self.turnsRemembered { turns.removeFirst() }
        // Whoever subscribes from now on must not be behind this turn.
        whole = nil
        var untold = 0
        func count() {
            untold += 1
            guard untold == Self.socketsPerReport else { return }
            wrote(untold)
            untold = 0
        }
        var shared: (batch: TickerBatch, staleAt: Int64)?
        // Those of this moment: a send that fails may take its connection out.
        let connections = connections
        for (row, first) in stride(from: 0, to: connections.count, by: Self.rowLength).enumerated() {
            let now = monotonicMilliseconds()
            let batch: TickerBatch
            if let shared, shared.batch.since <= told[row], now < shared.staleAt {
                batch = shared.batch
            } else {
                batch = TickerBatch(of: board, since: told[row])
                shared = (batch, now + Self.freshMilliseconds)
            }
            told[row] = batch.version
            for connection in connections[first..<min(first + Self.rowLength, connections.count)] {
                switch connection.deliver(batch) {
                case .nothing: break
                case .written: count()
                case .behind(let since): stragglers.add(connection, since: since)
                }
                connection.writeNumbered()
                connection.flush()
                connection.closeIfStalled()
            }
        }
        func catchUp(_ connections: [RealtimeConnection], with batch: @autoclosure () -> TickerBatch) {
            guard !connections.isEmpty else { return }
            let batch = batch()
            for connection in connections {
                guard case .written = connection.deliver(batch) else { continue }
                connection.flush()
                count()
            }
        }
        catchUp(stragglers.near, with: TickerBatch(of: board, since: stragglers.oldest))
        catchUp(stragglers.far, with: snapshot())
        if untold > 0 { wrote(untold) }
    }

    /// The newest of every symbol, framed once for all who subscribe within one moment and between two turns.
    func snapshot() -> TickerBatch {
        let now = monotonicMilliseconds()
        if let whole, now < whole.staleAt { return whole.batch }
        let batch = TickerBatch(of: board, since: 0)
        whole = (batch, now + Self.freshMilliseconds)
        return batch
    }

    /// Who has not been told what came before a batch.
    private struct Stragglers {
        /// Whoever stands before this version is far behind.
        let horizon: UInt64
        private(set) var near: [RealtimeConnection] = []
        private(set) var far: [RealtimeConnection] = []
        /// The furthest behind of those that are near.
        private(set) var oldest = UInt64.max

        init(horizon: UInt64) { self.horizon = horizon }

        mutating func add(_ connection: RealtimeConnection, since: UInt64) {
            guard since >= horizon, since > 0 else { return far.append(connection) }
            near.append(connection)
            oldest = min(oldest, since)
        }
    }

    /// Looking at the clock for each of them would cost a tenth of what sending does.
    private static let socketsPerReport = 32
}
