import NIOCore
import TestKit
import Testing
import WebSockets

@Suite("Shutting down", .timeLimit(.minutes(2)))
struct ShutdownTests {
    @Test("A request that is stuck keeps its client no longer than the drain: then the connection is cut")
    func stuckRequest() async throws {
        var options = LiveAPI.Options()
        options.drainDeadline = .milliseconds(200)
        try await LiveAPI.serving(options) { api in
            api.users.hold()
            let request = """
                GET /api/v1/user/me HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(try api.token())\r\n\r\n
                """
            // Cut without an answer: nobody was asked, so nothing can be said.
            async let answer = RawRequest.send(request, port: api.port)
            await api.users.someoneIsHeld()
            await api.shutDown()
            #expect(try await answer.isEmpty)
        }
    }
}
