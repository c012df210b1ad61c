/// Why a statement has no answer.
///
/// Descriptions name codes, tables, columns and constraints, never values, statements or credentials, so that an error
/// can be logged as it is.
package enum PostgresError: Error, Hashable, Sendable {
    /// No connection could be opened; nothing was sent.
    case connectionFailed(reason: String, sqlState: SQLState? = nil)
    /// The connection broke. When the statement had been sent, its outcome is unknown.
    case connectionLost(reason: String, statementSent: Bool)
    /// The server refused the statement.
    case server(PostgresServerFailure)
    /// No answer within the time allowed. The statement was asked to stop; its outcome is unknown.
    case timedOut(after: Duration)
    /// The task that waited for the answer was cancelled, and the statement asked to stop.
    case cancelled
    /// Too many callers wait for a connection already; this one was turned away at once.
    case poolExhausted(waiting: Int)
    /// No connection became free within the time allowed.
    case poolTimedOut(after: Duration)
    /// The pool or the connection was closed by us.
    case closed
    /// A value of a row is not what the caller asked for.
    case decoding(column: String, type: String, problem: DecodingProblem)
    /// A value cannot be sent; parameters are counted from 1.
    case encoding(parameter: Int, reason: String)
    /// The connection settings are wrong; the sentence says which.
    case invalidConfiguration(String)
    /// The statement's answer has another shape than the call is for; the sentence says which.
    case unexpectedAnswer(String)

    /// What is wrong with a value of a row.
    package enum DecodingProblem: String, Hashable, Sendable {
        case noSuchColumn = "there is no such column"
        case null = "the value is NULL"
        case malformed = "the value has another form"
    }

    /// The server's error code, when it was the server that failed.
    package var sqlState: SQLState? {
        switch self {
        case .server(let failure): failure.sqlState
        case .connectionFailed(_, let sqlState): sqlState
        default: nil
        }
    }

    /// The server's report, when it was the server that refused.
    package var serverFailure: PostgresServerFailure? {
        guard case .server(let failure) = self else { return nil }
        return failure
    }

    /// The violated constraint's name, if one was.
    package var constraint: String? { serverFailure?.constraint }

    /// The database cannot be reached, is full, or hangs: an answer of 503, not of 500.
    package var isUnavailable: Bool {
        switch self {
        case .connectionFailed, .connectionLost, .timedOut, .poolExhausted, .poolTimedOut, .closed: true
        case .server(let failure):
            ["53", "57", "58", "25006"].contains { failure.sqlState.rawValue.hasPrefix($0) }
        default: false
        }
    }

    /// The same transaction, run again from its start, may well succeed, and ran not at all this time.
    package var isRetryable: Bool { serverFailure?.sqlState.isRetryable ?? false }

    /// Whether the statement certainly never reached the server.
    var isUnsent: Bool {
        if case .connectionLost(_, statementSent: false) = self { return true }
        return false
    }
}

extension PostgresError: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String {
        switch self {
        case .connectionFailed(let reason, let state):
            "no connection to PostgreSQL: \(reason)" + (state.map { " (SQLSTATE \($0))" } ?? "")
        case .connectionLost(let reason, let sent):
            "connection to PostgreSQL lost \(sent ? "with the statement under way" : "before sending"): \(reason)"
        case .server(let failure): "PostgreSQL refused: \(failure)"
        case .timedOut(let limit): "PostgreSQL did not answer within \(limit)"
        case .cancelled: "cancelled while waiting for PostgreSQL"
        case .poolExhausted(let waiting): "\(waiting) callers already wait for a PostgreSQL connection"
        case .poolTimedOut(let limit): "no PostgreSQL connection became free within \(limit)"
        case .closed: "the PostgreSQL connection was closed"
        case .decoding(let column, let type, let problem):
            "column \"\(column)\" cannot be read as \(type): \(problem.rawValue)"
        case .encoding(let parameter, let reason): "parameter \(parameter) cannot be sent: \(reason)"
        case .invalidConfiguration(let reason): "PostgreSQL settings: \(reason)"
        case .unexpectedAnswer(let reason): reason
        }
    }

    package var debugDescription: String { description }
}
