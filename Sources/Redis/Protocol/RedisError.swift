/// Why a command has no answer.
///
/// Descriptions name addresses and codes, never keys, values or credentials, so that an error can be logged as it is.
package enum RedisError: Error, Hashable, Sendable {
    /// There is no connection now; nothing was sent.
    case unavailable(reason: String)
    /// The connection broke with the command under way: whether it was carried out is unknown.
    case connectionLost(reason: String)
    /// No answer within the time allowed: whether the command was or will be carried out is unknown.
    case timedOut(after: Duration)
    /// So many commands wait for an answer already that this one was turned away at once.
    case queueFull(waiting: Int)
    /// The server refused the command.
    case server(RedisServerFailure)
    /// The server does not know us: a missing or wrong password.
    case notAuthenticated(code: String)
    /// What the server said is no answer; the connection was given up.
    case protocolViolation(String)
    /// The cluster sent the command from one server to the next too often.
    case tooManyRedirects
    /// Closed by us.
    case closed
    /// The settings are wrong; the sentence says how.
    case invalidConfiguration(String)

    /// Whether the command certainly never reached a server.
    package var isUnsent: Bool {
        switch self {
        case .unavailable, .queueFull, .closed, .invalidConfiguration: true
        default: false
        }
    }
}

extension RedisError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unavailable(let reason): "no connection to Redis: \(reason)"
        case .connectionLost(let reason): "connection to Redis lost: \(reason)"
        case .timedOut(let limit): "Redis did not answer within \(limit)"
        case .queueFull(let waiting): "\(waiting) commands already wait for Redis"
        case .server(let failure): "Redis refused: \(failure)"
        case .notAuthenticated(let code): "Redis does not let us in: \(code)"
        case .protocolViolation(let sentence): "Redis said what is no answer: \(sentence)"
        case .tooManyRedirects: "the Redis cluster redirects in circles"
        case .closed: "the connection to Redis was closed"
        case .invalidConfiguration(let reason): "Redis settings: \(reason)"
        }
    }
}
