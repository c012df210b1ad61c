import ArgumentParser
import Foundation
import Postgres
import Settings

/// Turns errors that an operator can act on into plain sentences on standard error and exit code 78 (`EX_CONFIG`) or 1.
enum Failure {
    static func explained<Value>(_ body: () throws -> Value) throws -> Value {
        do { return try body() } catch { throw exit(for: error) }
    }

    static func explained<Value>(_ body: () async throws -> Value) async throws -> Value {
        do { return try await body() } catch { throw exit(for: error) }
    }

    private static func exit(for error: any Error) -> any Error {
        switch error {
        case is CleanExit, is ExitCode, is ValidationError: return error
        case let error as SettingsError:
            say("\(error)")
            return ExitCode(78)
        default:
            say("tradepulse: \(error)")
            return ExitCode.failure
        }
    }

    private static func say(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }
}
