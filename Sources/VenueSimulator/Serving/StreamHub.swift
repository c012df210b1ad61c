import NIOCore
import Synchronization
import WebSockets

/// Who listens to which stream, and the way frames take to them.
///
/// A frame is framed once for connections to single streams and once for combined ones, whoever many they are; one hop
/// per connection and publication carries all its frames. Names are the dialect's own, `btcusdt@trade`.
final class StreamHub: Sendable {
    /// Frames of one publication under one stream name.
    struct Frame: Sendable {
        var stream: String
        var data: [UInt8]
        /// The combined form as recorded; made from `data` where nil.
        var combined: [UInt8]?
    }

    fileprivate struct State {
        var connections: [ObjectIdentifier: StreamConnection] = [:]
        var listeners: [String: [StreamConnection]] = [:]
        /// Changes whenever the set of listened names does.
        var version = 0
        /// Subscriptions ever made.
        var subscriptions = 0
    }

    private let state = Mutex(State())
    private let faults: FaultControl

    init(faults: FaultControl) {
        self.faults = faults
    }

    var version: Int { state.withLock(\.version) }
    var names: [String] { state.withLock { Array($0.listeners.keys) } }
    var connections: [StreamConnection] { state.withLock { Array($0.connections.values) } }
    var subscriptions: Int { state.withLock(\.subscriptions) }

    func add(_ connection: StreamConnection) {
        state.withLock { $0.connections[ObjectIdentifier(connection)] = connection }
    }

    func subscribe(_ connection: StreamConnection, to names: some Sequence<String>) {
        state.withLock { state in
            for name in names where !(state.listeners[name] ?? []).contains(where: { $0 === connection }) {
                state.listeners[name, default: []].append(connection)
                state.version += 1
                state.subscriptions += 1
            }
        }
    }

    func unsubscribe(_ connection: StreamConnection, from names: some Sequence<String>) {
        state.withLock { state in
            for name in names { state.drop(connection, from: name) }
        }
    }

    func remove(_ connection: StreamConnection, listeningTo names: some Sequence<String>) {
        state.withLock { state in
            for name in names { state.drop(connection, from: name) }
            state.connections[ObjectIdentifier(connection)] = nil
        }
    }

    /// Hands frames, in this order, to everyone who listens.
    func publish(_ frames: [Frame]) {
        let frames = faults.applied(to: frames)
        guard !frames.isEmpty else { return }
        let listeners = state.withLock(\.listeners)
        var outboxes: [ObjectIdentifier: (connection: StreamConnection, frames: [ByteBuffer])] = [:]
        for frame in frames {
            guard let connections = listeners[frame.stream] else { continue }
            var single: ByteBuffer?
            var combined: ByteBuffer?
            for connection in connections {
                let buffer: ByteBuffer
                if connection.isCombined {
                    buffer = combined ?? PreparedFrame.text(frame.combined ?? frame.wrapped)
                    combined = buffer
                } else {
                    buffer = single ?? PreparedFrame.text(frame.data)
                    single = buffer
                }
                outboxes[ObjectIdentifier(connection), default: (connection, [])].frames.append(buffer)
            }
        }
        for outbox in outboxes.values { outbox.connection.send(outbox.frames) }
    }

    /// Returns when everything sent has been taken by the readers' sockets; cuts those who take nothing for too long.
    func drained(cuttingAfterSeconds seconds: Int64) async {
        for connection in connections where connection.pendingFrames > 0 {
            await connection.drained(cuttingAfterSeconds: seconds)
        }
    }

    /// Sends one frame to every connection, whatever it listens to.
    func announce(_ data: [UInt8]) {
        let frame = PreparedFrame.text(data)
        for connection in connections { connection.send([frame]) }
    }
}

extension StreamHub.State {
    fileprivate mutating func drop(_ connection: StreamConnection, from name: String) {
        guard var left = listeners[name] else { return }
        left.removeAll { $0 === connection }
        listeners[name] = left.isEmpty ? nil : left
        version += 1
    }
}

extension StreamHub.Frame {
    var wrapped: [UInt8] {
        Array(#"{"stream":""#.utf8) + Array(stream.utf8) + Array(#"","data":"#.utf8) + data + Array("}".utf8)
    }
}
