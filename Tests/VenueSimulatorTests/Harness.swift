import AsyncHTTPClient
import Foundation
import Logging
import Markets
import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceLifecycle
import Synchronization
import VenueSimulator
import WebSockets

/// A running simulator and the ways to talk to it over real sockets.
struct Harness: Sendable {
    struct Answer: Sendable {
        var status: Int
        var headers: [String: String]
        var body: Data

        var json: Any? { try? JSONSerialization.jsonObject(with: body) }
        var text: String { String(decoding: body, as: UTF8.self) }
    }

    let simulator: VenueSimulator
    let port: Int

    /// Runs a simulated Binance for the length of `body`.
    static func with<Value: Sendable>(
        _ source: VenueSimulator.Source,
        _ body: @Sendable (Harness) async throws -> Value
    ) async throws -> Value {
        try await with(.binance, source, body)
    }

    /// Runs a simulator for the length of `body`.
    static func with<Value: Sendable>(
        _ venue: Venue,
        _ source: VenueSimulator.Source,
        keepAliveHaste: Double = 1,
        _ body: @Sendable (Harness) async throws -> Value
    ) async throws -> Value {
        let logger = Logger(label: "simulator") { _ in SwiftLogNoOpLogHandler() }
        let simulator = VenueSimulator(
            venue: venue,
            source: source,
            keepAliveHaste: keepAliveHaste,
            logger: logger
        )
        let group = ServiceGroup(services: [simulator], logger: logger)
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let value = try await body(Harness(simulator: simulator, port: try await simulator.boundPort))
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return value
        }
    }

    func get(_ target: String) async throws -> Answer {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(target)")
        request.headers.add(name: "Accept", value: "application/json")
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        let body = try await response.body.collect(upTo: 16 << 20)
        return Answer(
            status: Int(response.status.code),
            headers: Dictionary(
                response.headers.map { ($0.name.lowercased(), $0.value) },
                uniquingKeysWith: { first, _ in first }
            ),
            body: Data(body.readableBytesView)
        )
    }

    func socket(_ target: String) async throws -> Socket {
        let (stream, continuation) = AsyncStream<[UInt8]>.makeStream()
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        let connection = try await WebSocketClient(limits: .venue).connect(
            to: "ws://127.0.0.1:\(port)\(target)",
            on: loop
        ) { _, message in
            continuation.yield(Array(buffer: message.payload))
        }.get()
        connection.closed.whenComplete { _ in continuation.finish() }
        return Socket(connection: connection, messages: stream.makeAsyncIterator())
    }
}

/// One client connection whose messages are taken one by one.
struct Socket {
    let connection: WebSocketConnection
    var messages: AsyncStream<[UInt8]>.AsyncIterator

    func send(_ text: String) { connection.sendNow(.text(text)) }

    /// The next message; nil when the connection has ended.
    mutating func next() async -> String? { await bytes().map { String(decoding: $0, as: UTF8.self) } }

    /// The next message's bytes, text or binary; nil when the connection has ended.
    mutating func bytes() async -> [UInt8]? { await messages.next() }

    /// The next message as an object.
    mutating func object() async -> [String: Any]? {
        guard let text = await next() else { return nil }
        return (try? JSONSerialization.jsonObject(with: Data(text.utf8))) as? [String: Any]
    }

    /// The next message that the condition holds for, or nil.
    mutating func first(where condition: ([String: Any]) -> Bool) async -> [String: Any]? {
        while let object = await object() {
            if condition(object) { return object }
        }
        return nil
    }
}

/// What a JSON value is made of, to compare ours with the venue's: keys and kinds, not contents.
indirect enum Shape: Equatable {
    case object([String: Shape])
    case array(Shape?)
    case string
    /// Text that is a number with so many places.
    case decimal(places: Int)
    case number
    case bool
    case null

    init(_ value: Any) {
        switch value {
        case let object as [String: Any]: self = .object(object.mapValues(Shape.init))
        case let array as [Any]: self = .array(array.first.map(Shape.init))
        case let text as String:
            let parts = text.split(separator: ".")
            self = Double(text) != nil && parts.count == 2 ? .decimal(places: parts[1].count) : .string
        case is NSNull: self = .null
        case let number as NSNumber: self = CFBooleanCheck.isBool(number) ? .bool : .number
        default: self = .null
        }
    }

    init?(json: some Sequence<UInt8>) {
        guard let value = try? JSONSerialization.jsonObject(with: Data(json)) else { return nil }
        self.init(value)
    }

    subscript(_ key: String) -> Shape? {
        guard case .object(let fields) = self else { return nil }
        return fields[key]
    }

    func without(_ keys: Set<String>) -> Shape {
        guard case .object(let fields) = self else { return self }
        return .object(fields.filter { !keys.contains($0.key) })
    }
}

/// Tells JSON's booleans from its numbers, both of which arrive as `NSNumber`.
enum CFBooleanCheck {
    static func isBool(_ number: NSNumber) -> Bool { String(cString: number.objCType) == "c" }
}
