import HTTPTypes
import NIOHTTP1
import NIOHTTPTypesHTTP1

/// One request and its answer.
struct HTTPExchange {
    let version: HTTPVersion
    private let isHead: Bool
    /// Whether the connection can carry another request afterwards.
    var keepsAlive: Bool
    var requestEnded = false
    var responseStarted = false
    var responseEnded = false
    /// Whether what the application writes as body stays here: the answer to HEAD, 204 and 304 have none, and a byte
    /// of it would be read as the start of the next answer.
    private(set) var dropsBody = false
    private(set) var bodyBytes = 0

    init(_ head: HTTPRequestHead, keepsAlive: Bool) {
        version = head.version
        isHead = head.method == .HEAD
        // The parser reads nothing behind a request that asked for an upgrade, so neither can we.
        let asksForUpgrade = head.headers.contains(name: "Upgrade")
        self.keepsAlive = keepsAlive && head.isKeepAlive && head.version == .http1_1 && !asksForUpgrade
    }

    mutating func countBody(_ bytes: Int) {
        bodyBytes += bytes
    }

    /// The head of the answer as it goes out.
    mutating func respond(with response: HTTPResponse) -> HTTPResponseHead {
        var head = HTTPResponseHead(response)
        head.version = version
        responseStarted = true
        dropsBody = isHead || !head.status.mayHaveResponseBody
        if head.headers[canonicalForm: "Connection"].contains(where: { $0.lowercased() == "close" }) {
            keepsAlive = false
        }
        if !keepsAlive { head.headers.replaceOrAdd(name: "Connection", value: "close") }
        return head
    }
}
