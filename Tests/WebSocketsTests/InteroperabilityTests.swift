import Foundation
import NIOCore
import NIOPosix
import TestKit
import Testing
import WebSockets

/// Against a second implementation, Python's `websockets`, where it is installed.
@Suite("Beside another implementation", .timeLimit(.minutes(2)))
struct InteroperabilityTests {
    /// Whether the Python on the path can import it.
    private static func isInstalled() async -> Bool {
        (try? await Command("/usr/bin/env", ["python3", "-c", "import websockets.sync.client"]))?.status == 0
    }

    private static let script = """
        import sys, os
        from websockets.sync.client import connect
        with connect(sys.argv[1], compression=None, max_size=None) as ws:
            for message in ["", "gr\\u00fcezi \\U0001F642", "a" * 70000, b"\\x00\\xff", b"b" * 70000]:
                ws.send(message)
                assert ws.recv() == message, "echo differs"
            ws.send(["frag", "men", "ted"])
            assert ws.recv() == "fragmented"
            assert ws.ping(b"are you there").wait(10), "no pong"
        print("closed", ws.protocol.close_rcvd.code)
        """

    @Test("Its client and our server", .enabled("needs Python with the websockets package") { await isInstalled() })
    func theirClient() async throws {
        try await HandshakeServer.serving { server in
            let arguments = ["python3", "-c", Self.script, "ws://127.0.0.1:\(server.port)/ws"]
            let result = try await Command("/usr/bin/env", arguments)
            #expect(result.status == 0, "\(result.errors)")
            #expect(result.output.hasSuffix("closed 1000\n"))
        }
    }
}
