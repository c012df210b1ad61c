/// The five-character code PostgreSQL gives every error; its first two characters are the error's class.
///
/// Source: PostgreSQL 15 documentation, appendix A, "PostgreSQL Error Codes".
package struct SQLState: Hashable, Sendable, RawRepresentable, CustomStringConvertible {
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }

    package var description: String { rawValue }

    /// The first two characters, such as `23` for a violated constraint.
    package var errorClass: Substring { rawValue.prefix(2) }

    package static let notNullViolation = SQLState(rawValue: "23502")
    package static let foreignKeyViolation = SQLState(rawValue: "23503")
    package static let uniqueViolation = SQLState(rawValue: "23505")
    package static let checkViolation = SQLState(rawValue: "23514")
    package static let exclusionViolation = SQLState(rawValue: "23P01")
    package static let numericValueOutOfRange = SQLState(rawValue: "22003")
    package static let divisionByZero = SQLState(rawValue: "22012")
    package static let featureNotSupported = SQLState(rawValue: "0A000")
    package static let readOnlyTransaction = SQLState(rawValue: "25006")
    package static let transactionAborted = SQLState(rawValue: "25P02")
    package static let unknownStatement = SQLState(rawValue: "26000")
    package static let unknownDatabase = SQLState(rawValue: "3D000")
    package static let serializationFailure = SQLState(rawValue: "40001")
    package static let deadlockDetected = SQLState(rawValue: "40P01")
    package static let syntaxError = SQLState(rawValue: "42601")
    package static let undefinedTable = SQLState(rawValue: "42P01")
    package static let insufficientPrivilege = SQLState(rawValue: "42501")
    package static let diskFull = SQLState(rawValue: "53100")
    package static let tooManyConnections = SQLState(rawValue: "53300")
    package static let lockNotAvailable = SQLState(rawValue: "55P03")
    package static let queryCancelled = SQLState(rawValue: "57014")
    package static let adminShutdown = SQLState(rawValue: "57P01")
    package static let crashShutdown = SQLState(rawValue: "57P02")
    package static let cannotConnectNow = SQLState(rawValue: "57P03")

    /// Whether the same transaction, run again from its start, may well succeed.
    package var isRetryable: Bool { self == .serializationFailure || self == .deadlockDetected }

    /// Whether the session is of no more use: the server is going down, or no longer the one to write to.
    var endsSession: Bool {
        switch self {
        case .readOnlyTransaction, .adminShutdown, .crashShutdown, .cannotConnectNow: true
        default: false
        }
    }

    /// Whether opening another connection the same way would be refused the same way: bad credentials or database.
    var refusesConnections: Bool { errorClass == "28" || self == .unknownDatabase }
}
