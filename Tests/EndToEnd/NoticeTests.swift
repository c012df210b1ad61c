import APIContract
import Foundation
import NIOCore
import NIOHTTP1
import TestKit
import Testing
import WebSockets

@Suite("What the running program tells its users", .fewAtOnce, .timeLimit(.minutes(3)))
struct NoticeTests {
    private static let phone = DeviceDescription(name: "Phone", platform: "ios", fingerprint: "p")
    private static let credentials = RegisterRequest(email: "jane@example.com", password: "correct horse battery")

    private func signIn(_ client: TestClient, on device: DeviceDescription) async throws {
        let login = LoginRequest(
            email: Self.credentials.email,
            password: Self.credentials.password,
            device: device
        )
        #expect(try await client.post("/api/v1/auth/login", login).status == 200)
    }

    /// Subscribes to one's own notifications and gives the server's answer.
    private func listen(_ socket: TestSocket, had epoch: String? = nil, _ sequence: Int = 0) async throws -> [String:
        Any]
    {
        let resume = epoch.map { #","resume":{"epoch":"\#($0)","sequences":{"notifications":\#(sequence)}}"# } ?? ""
        socket.send(#"{"type":"subscribe","channels":["notifications"]\#(resume)}"#)
        let answer = try #require(try await socket.first("subscribed"))
        return try #require((answer["channels"] as? [[String: Any]])?.first)
    }

    @Test(
        "A sign-in from a new device is told at once; one that was missed over a kill -9 comes when the client is back"
    )
    func newDevice() async throws {
        let server = try await ServerProcess()
        var client = TestClient(server)
        client.token = try await client.post("/api/v1/auth/register", Self.credentials).decoded(TokenPair.self)
            .accessToken
        let socket = try await TestSocket(client)
        let epoch = try #require(try await socket.first("welcome")?["epoch"] as? String)
        #expect(try await listen(socket)["sequence"] as? Int == 0)
        try await signIn(client, on: Self.phone)
        let notice = try #require(try await socket.first("notification"))
        #expect(notice["sequence"] as? Int == 1)
        #expect(notice["notificationType"] as? String == "new_device")
        #expect((notice["message"] as? String)?.contains("Phone (ios)") == true)
        socket.connection.cut()
        // The same device again is no news, another one is.
        try await signIn(client, on: Self.phone)
        try await signIn(client, on: DeviceDescription(name: "Desk", platform: "web", fingerprint: "d"))
        server.signal(SIGKILL)
        _ = await server.ended()

        let restarted = try await ServerProcess(dataDirectory: server.dataDirectory)
        var again = TestClient(restarted)
        again.token = client.token
        let back = try await TestSocket(again)
        #expect(try await back.first("welcome")?["epoch"] as? String == epoch)
        let start = try await listen(back, had: epoch, 1)
        #expect(start["sequence"] as? Int == 1 && start["recovered"] as? Bool == true)
        let missed = try #require(try await back.first("notification"))
        #expect(missed["sequence"] as? Int == 2)
        #expect((missed["message"] as? String)?.contains("Desk (web)") == true)
        await restarted.stop()
    }
}
