import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// One attempt to send JSON by POST to an address of the operator's.
///
/// Redirects are not followed: the address is the operator's, where it leads to is not. The address is never part of an
/// error, since it may hold a secret.
package struct WebhookPost: Sendable {
    private let url: String
    private let timeout: TimeAmount

    package init(url: String, timeout: Duration = .seconds(5)) {
        self.url = url
        self.timeout = TimeAmount(timeout)
    }

    /// A client of its own, which does not follow redirects; shut down afterwards.
    package func send(_ json: String) async throws(WebhookRefusal) {
        let client = makeClient()
        let problem = await problem(sending: ByteBuffer(string: json), with: client)
        try? await client.shutdown()
        if let problem { throw WebhookRefusal(problem: problem) }
    }

    func makeClient() -> HTTPClient {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = timeout
        return HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    }

    /// What went wrong with one attempt; nil where nothing did.
    func problem(sending body: ByteBuffer, with client: HTTPClient) async -> String? {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.body = .bytes(body)
        do {
            let answer = try await client.execute(request, timeout: timeout)
            return (200..<300).contains(answer.status.code) ? nil : "status \(answer.status.code)"
        } catch {
            // The error's own text may hold the address.
            return "\(type(of: error))"
        }
    }
}

/// A webhook that was not reached, or did not take what it was sent.
package struct WebhookRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// A status, or the kind of failure.
    package let problem: String

    package var description: String { problem }
}
