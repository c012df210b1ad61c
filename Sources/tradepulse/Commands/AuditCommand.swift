import Accounts
import ArgumentParser
import Foundation
import Storage

/// `tradepulse audit`: whether the record of who did what is as it was written.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Verify the record of who did what.",
        subcommands: [AuditVerifyCommand.self, AuditHeadCommand.self]
    )
}

struct AuditVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Compute every hash anew; name the first entry that was altered, is missing or was cut off.",
        discussion: """
            Heads noted down in DATA_DIR are compared, too, and those given with --head: one that you have kept \
            elsewhere, from the log or from `tradepulse audit head`, shows even a record that was written anew as a \
            whole. Exit code 0 when the record is whole, 2 when it is not.
            """
    )

    @Option(help: "A head kept elsewhere, SEQUENCE:HASH; may be given several times.")
    var head: [KeptHead] = []

    @OptionGroup var settings: SettingFlags

    func run() async throws {
        try await Failure.explained {
            let program = try Program(flags: settings.flags)
            let noted = try AuditNotes(dataDirectory: program.dataDirectory).read()
            try await Database.with(program, joining: true) { database in
                try await database.checkSchema()
                let trail = AuditTrail.postgres(database.pool)
                let (verified, fault) = try await trail.verify(anchors: noted + head.map(\.head))
                guard let fault else {
                    return AdminCommand.say(
                        "whole: \(verified.sequence) entries, head \(verified.sequence):\(verified.hash)"
                    )
                }
                AdminCommand.say("\(fault); \(verified.sequence) entries before it are whole")
                throw ExitCode(2)
            }
        }
    }
}

struct AuditHeadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "head",
        abstract: "Print the record's head, to be kept somewhere else."
    )

    @OptionGroup var settings: SettingFlags

    func run() async throws {
        try await Failure.explained {
            let program = try Program(flags: settings.flags)
            try await Database.with(program, joining: true) { database in
                try await database.checkSchema()
                let head = try await AuditTrail.postgres(database.pool).head()
                AdminCommand.say("\(head.sequence):\(head.hash)")
            }
        }
    }
}

/// `SEQUENCE:HASH`.
struct KeptHead: ExpressibleByArgument {
    let head: AuditHead

    init?(argument: String) {
        guard let head = AuditHead(text: argument) else { return nil }
        self.head = head
    }
}
