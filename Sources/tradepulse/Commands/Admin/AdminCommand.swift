import Accounts
import Addressing
import ArgumentParser
import Doorbells
import Foundation
import Glibc
import Storage

/// `tradepulse admin`: what an operator does to accounts, bans and sessions, beside a running server or without one.
struct AdminCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "admin",
        abstract: "Look after accounts, sessions, bans and alerts; every use is written to the record.",
        subcommands: [
            AdminGrantCommand.self, AdminBlockCommand.self, AdminUnblockCommand.self, AdminSessionsCommand.self,
            AdminEndSessionsCommand.self, AdminBanCommand.self, AdminUnbanCommand.self, AdminBansCommand.self,
            AdminAlertsCommand.self,
        ]
    )

    /// Opens the database and runs one act with it.
    static func perform(_ settings: SettingFlags, _ act: (Administration) async throws -> Void) async throws {
        try await Failure.explained {
            let program = try Program(flags: settings.flags)
            try await Database.with(program, joining: true) { database in
                try await database.checkSchema()
                try await act(Administration(pool: database.pool, actor: operatorName()))
            }
            await Neighbours.ring(.standing, program.settings, logger: program.logger)
        }
    }

    static func say(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }

    /// The system user, and who became it by `sudo`.
    static func operatorName() -> String {
        let name = getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? "uid \(geteuid())"
        guard let before = ProcessInfo.processInfo.environment["SUDO_USER"] else { return name }
        return "\(before) as \(name)"
    }
}

extension EmailAddress: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}

extension NetworkBlock: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}

extension Tier: ExpressibleByArgument {}
