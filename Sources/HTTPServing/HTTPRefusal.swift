package import HTTPTypes

/// A request turned down before the application saw it: an RFC 9457 problem document with no internals in it.
package struct HTTPRefusal: Error, Equatable, Sendable {
    package let status: HTTPResponse.Status
    /// A stable code, `request_timeout` for example.
    package let code: String
    /// One sentence for the reader.
    package let detail: String
    /// Added to the answer, `Retry-After` for example.
    package let headers: HTTPFields

    package init(status: HTTPResponse.Status, code: String, detail: String, headers: HTTPFields = [:]) {
        self.status = status
        self.code = code
        self.detail = detail
        self.headers = headers
    }

    /// The body of the answer.
    func document(requestID: String) -> String {
        """
        {"type":"urn:tradepulse:problem:\(code)","title":\(Self.quoted(status.reasonPhrase)),"status":\(status.code),\
        "code":\(Self.quoted(code)),"detail":\(Self.quoted(detail)),"requestId":\(Self.quoted(requestID))}
        """
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\u{0}"..<" ": quoted += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

extension HTTPRefusal {
    package static func malformed(_ detail: String) -> HTTPRefusal {
        HTTPRefusal(status: .badRequest, code: "malformed_request", detail: detail)
    }

    package static func methodNotAllowed(_ allowed: String) -> HTTPRefusal {
        HTTPRefusal(
            status: .methodNotAllowed,
            code: "method_not_allowed",
            detail: "This method is not served here.",
            headers: [.allow: allowed]
        )
    }

    package static let notHTTP = malformed("The request is not well-formed HTTP.")
    package static let uriTooLong = HTTPRefusal(
        status: .uriTooLong,
        code: "uri_too_long",
        detail: "The request target is too long."
    )
    package static let headersTooLarge = HTTPRefusal(
        status: .requestHeaderFieldsTooLarge,
        code: "headers_too_large",
        detail: "The header is too large."
    )
    package static let bodyTooLarge = HTTPRefusal(
        status: .contentTooLarge,
        code: "body_too_large",
        detail: "The body is too large."
    )
    package static let timedOut = HTTPRefusal(
        status: .requestTimeout,
        code: "request_timeout",
        detail: "The request did not arrive in time."
    )
    package static let expectationFailed = HTTPRefusal(
        status: .expectationFailed,
        code: "expectation_failed",
        detail: "Only 100-continue can be expected."
    )
    package static let upgradeRequired = HTTPRefusal(
        status: .init(code: 426, reasonPhrase: "Upgrade Required"),
        code: "upgrade_required",
        detail: "This path speaks WebSocket, version 13.",
        headers: [.upgrade: "websocket", .secWebSocketVersion: "13"]
    )
    package static let handshakeMalformed = malformed("The WebSocket handshake is not complete.")
    package static let tooManyConnections = HTTPRefusal(
        status: .serviceUnavailable,
        code: "too_many_connections",
        detail: "Too many connections; try again shortly.",
        headers: [.retryAfter: "5"]
    )
    package static let shuttingDown = HTTPRefusal(
        status: .serviceUnavailable,
        code: "draining",
        detail: "The server is restarting.",
        headers: [.retryAfter: "2"]
    )
    package static let unavailable = HTTPRefusal(
        status: .serviceUnavailable,
        code: "unavailable",
        detail: "The request could not be decided in time.",
        headers: [.retryAfter: "2"]
    )
}
