import APIContract
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import WebSockets

/// A WebSocket client that keeps what it hears.
struct TestSocket: Sendable {
    let connection: WebSocketConnection
    private let messages: AsyncStream<Data>

    /// Connects, and signs in by the first message when the client has a token and the path names none.
    init(_ client: TestClient, path: String = "/ws", origin: String? = nil) async throws {
        let (messages, continuation) = AsyncStream.makeStream(of: Data.self)
        self.messages = messages
        let url = client.address.replacing("http://", with: "ws://") + path
        connection = try await WebSocketClient().connect(
            to: url,
            headers: origin.map { ["Origin": $0] } ?? [:],
            on: MultiThreadedEventLoopGroup.singleton.next()
        ) { _, message in
            continuation.yield(Data(message.payload.readableBytesView))
        }.get()
        connection.closed.whenComplete { _ in continuation.finish() }
        if path == "/ws", let token = client.token { send(#"{"type":"auth","token":"\#(token)"}"#) }
    }

    func send(_ text: String) {
        connection.sendNow(.text(text))
    }

    /// Reads on until a message fits.
    ///
    /// - Returns: it, or nil when the socket closed before.
    func first(where fits: ([String: Any]) -> Bool) async throws -> [String: Any]? {
        for await data in messages {
            guard let object = try JSONSerialization.jsonObject(with: data) as? [String: Any] else { continue }
            if fits(object) { return object }
        }
        return nil
    }

    func first(_ type: String) async throws -> [String: Any]? {
        try await first { $0["type"] as? String == type }
    }

    /// The code it was closed with.
    func closeCode() async throws -> UInt16 {
        try await connection.closed.get().code
    }
}
