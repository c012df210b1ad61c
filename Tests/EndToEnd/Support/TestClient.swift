import APIContract
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// A client of the public API, as a phone would be one.
struct TestClient: Sendable {
    let address: String
    var token: String?

    struct Answer: Sendable {
        let status: Int
        let headers: HTTPHeaders
        let body: ByteBuffer

        var text: String { String(buffer: body) }

        func decoded<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
            try JSONDecoder().decode(type, from: Data(body.readableBytesView))
        }
    }

    init(_ server: ServerProcess) { address = server.address }

    /// A new account's client.
    static func registered(_ server: ServerProcess) async throws -> TestClient {
        var client = TestClient(server)
        let email = "t\(UInt64.random(in: .min ... .max))@example.com"
        let answer = try await client.post(
            "/api/v1/auth/register",
            RegisterRequest(email: email, password: "correct horse battery")
        )
        client.token = try answer.decoded(TokenPair.self).accessToken
        return client
    }

    func get(_ path: String, headers: HTTPHeaders = [:]) async throws -> Answer {
        try await send(.GET, path, headers: headers, body: nil)
    }

    func post(_ path: String, _ value: some Encodable) async throws -> Answer {
        let body = ByteBuffer(bytes: try JSONEncoder().encode(value))
        return try await send(.POST, path, headers: ["content-type": "application/json"], body: body)
    }

    func post(_ path: String, text: String, contentType: String = "application/json") async throws -> Answer {
        try await send(.POST, path, headers: ["content-type": contentType], body: ByteBuffer(string: text))
    }

    func send(_ method: HTTPMethod, _ path: String, headers: HTTPHeaders, body: ByteBuffer?) async throws -> Answer {
        var request = HTTPClientRequest(url: address + path)
        request.method = method
        request.headers = headers
        if let token { request.headers.replaceOrAdd(name: "authorization", value: "Bearer \(token)") }
        if let body { request.body = .bytes(body) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        return Answer(
            status: Int(response.status.code),
            headers: response.headers,
            body: try await response.body.collect(upTo: 8 << 20)
        )
    }
}
