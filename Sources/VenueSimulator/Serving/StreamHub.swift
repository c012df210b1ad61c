import NIOCore
import Synchronization
import WebSockets

/// Who listens to which stream, and the way frames take to them.
///
/// A frame's text is made once, whoever many listen; what a step of the market brings a connection travels as one
/// buffer and one hop to its event loop.
final class StreamHub: Sendable {
    /// One message under one stream.
    struct Frame: Sendable {
        var key: String
        /// The stream as the venue spells it.
        var name: String
        var data: [UInt8]
        /// The combined form as recorded; made from `data` where nil.
        var combined: [UInt8]?
        var isBinary = false
        var isBook = false

        init(topic: Topic, data: [UInt8], isBinary: Bool) {
            key = topic.key
            name = topic.name
            self.data = data
            self.isBinary = isBinary
            isBook = topic.isBook
        }

        init(recorded frame: RecordedFrame) {
            key = frame.key
            name = frame.stream
            data = frame.data
            combined = frame.combined
        }
    }

    fileprivate struct Stream {
        var topic: Topic
        var listeners: [StreamConnection]
    }

    private struct State {
        var connections: [ObjectIdentifier: StreamConnection] = [:]
        var streams: [String: Stream] = [:]
        /// Changes whenever the set of listened streams does.
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
    var topics: [Topic] { state.withLock { $0.streams.values.map(\.topic) } }
    var connections: [StreamConnection] { state.withLock { Array($0.connections.values) } }
    var subscriptions: Int { state.withLock(\.subscriptions) }

    func add(_ connection: StreamConnection) {
        state.withLock { $0.connections[ObjectIdentifier(connection)] = connection }
    }

    func subscribe(_ connection: StreamConnection, to topics: [Topic]) {
        state.withLock { state in
            for topic in topics {
                var stream = state.streams[topic.key] ?? Stream(topic: topic, listeners: [])
                guard !stream.listeners.contains(where: { $0 === connection }) else { continue }
                stream.listeners.append(connection)
                state.streams[topic.key] = stream
                state.version += 1
                state.subscriptions += 1
            }
        }
    }

    func unsubscribe(_ connection: StreamConnection, from topics: some Sequence<Topic>) {
        state.withLock { state in
            for topic in topics { Self.drop(connection, from: topic.key, &state) }
        }
    }

    func remove(_ connection: StreamConnection) {
        state.withLock { state in
            for key in Array(state.streams.keys) { Self.drop(connection, from: key, &state) }
            state.connections[ObjectIdentifier(connection)] = nil
        }
    }

    private static func drop(_ connection: StreamConnection, from key: String, _ state: inout State) {
        guard var stream = state.streams[key] else { return }
        guard let index = stream.listeners.firstIndex(where: { $0 === connection }) else { return }
        stream.listeners.remove(at: index)
        state.streams[key] = stream.listeners.isEmpty ? nil : stream
        state.version += 1
    }

    /// Hands frames, in this order, to everyone who listens.
    func publish(_ frames: [Frame]) {
        let frames = faults.applied(to: frames)
        guard !frames.isEmpty else { return }
        let streams = state.withLock(\.streams)
        var outboxes: [ObjectIdentifier: Outbox] = [:]
        for frame in frames {
            guard let stream = streams[frame.key] else { continue }
            for connection in stream.listeners {
                outboxes[ObjectIdentifier(connection), default: Outbox(connection)].add(frame)
            }
        }
        for outbox in outboxes.values { outbox.send() }
    }

    /// Returns when everything sent has been taken by the readers' sockets; cuts those who take nothing for too long.
    func drained(cuttingAfterSeconds seconds: Int64) async {
        for connection in connections where connection.pendingFrames > 0 {
            await connection.drained(cuttingAfterSeconds: seconds)
        }
    }

    /// Sends one text to every connection, whatever it listens to.
    func announce(_ data: [UInt8]) {
        for connection in connections { connection.send([data]) }
    }
}

/// What one connection gets of one publication.
private struct Outbox {
    private let connection: StreamConnection
    private var buffer = ByteBuffer()
    private var frames = 0

    init(_ connection: StreamConnection) {
        self.connection = connection
    }

    mutating func add(_ frame: StreamHub.Frame) {
        frames += 1
        if frame.isBinary {
            var binary = PreparedFrame.binary(ByteBuffer(bytes: frame.data))
            buffer.writeBuffer(&binary)
        } else if connection.isCombined {
            PreparedFrame.append(text: frame.combined ?? frame.wrapped, to: &buffer)
        } else {
            PreparedFrame.append(text: frame.data, to: &buffer)
        }
    }

    func send() { connection.send(buffer, frames: frames) }
}

extension StreamHub.Frame {
    /// As a combined connection of Binance's gets it.
    var wrapped: [UInt8] {
        var json = JSONText(capacity: data.count + name.utf8.count + 24)
        json.raw(#"{"stream":""#)
        json.raw(name)
        json.raw(#"","data":"#)
        json.raw(utf8: data)
        json.raw("}")
        return json.bytes
    }
}
