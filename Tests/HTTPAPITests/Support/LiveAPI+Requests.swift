import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import StrictJSON

/// An answer with its body read.
struct APIAnswer: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let body: ByteBuffer

    func header(_ name: String) -> String? { headers.first(name: name) }

    var json: JSONValue? { try? JSONParser.parse(Array(body.readableBytesView)) }

    var code: String? { json?["code"]?.text }
}

extension LiveAPI {
    func send(
        _ method: HTTPMethod,
        _ path: String,
        token: String? = nil,
        headers: HTTPHeaders = [:],
        body: String? = nil
    ) async throws -> APIAnswer {
        var request = HTTPClientRequest(url: address + path)
        request.method = method
        request.headers = headers
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        return APIAnswer(
            status: Int(answer.status.code),
            headers: answer.headers,
            body: try await answer.body.collect(upTo: 8 << 20)
        )
    }

    func get(_ path: String, token: String? = nil, headers: HTTPHeaders = [:]) async throws -> APIAnswer {
        try await send(.GET, path, token: token, headers: headers)
    }

    /// POSTs JSON.
    func post(
        _ path: String,
        _ body: String,
        token: String? = nil,
        type: String = "application/json",
        headers: HTTPHeaders = [:]
    ) async throws -> APIAnswer {
        var headers = headers
        headers.add(name: "Content-Type", value: type)
        return try await send(.POST, path, token: token, headers: headers, body: body)
    }
}
