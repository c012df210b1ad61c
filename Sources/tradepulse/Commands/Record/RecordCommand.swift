import Accounts
import ArgumentParser
import Foundation
import MerkleLog
import Signals
import Storage

/// `tradepulse record`: whether the record of signals is as it was written.
struct RecordCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record",
        abstract: "Verify the record of signals.",
        subcommands: [RecordVerifyCommand.self, RecordHeadCommand.self]
    )

    /// Where heads are noted down, outside of the database.
    static func notes(_ dataDirectory: String) -> AuditNotes {
        AuditNotes(dataDirectory: dataDirectory, name: "signal-heads")
    }
}

struct RecordVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Compute every hash anew; name the first entry or signal that is not as it was recorded.",
        discussion: """
            Signed checkpoints and heads noted down in DATA_DIR are compared, too, and those given with --head and \
            --witness: one that you have kept elsewhere, from a client or from `tradepulse record head`, shows even a record that was \
            written anew as a whole, or another one for you alone. Exit code 0 when the record is whole, 2 when it is not.
            """
    )

    @Option(help: "A head kept elsewhere, SIZE:ROOT; may be given several times.")
    var head: [KeptRecordHead] = []

    @Option(help: "A file that RECORD_WITNESS_FILE was; may be given several times.")
    var witness: [String] = []

    @OptionGroup var settings: SettingFlags

    func run() async throws {
        try await Failure.explained {
            let program = try Program(flags: settings.flags)
            let witnessed = try witness.flatMap { try WitnessFile(path: $0).heads() }
            let noted = try RecordCommand.notes(program.dataDirectory).read().compactMap { noted in
                MerkleHash(hex: noted.hash).map { RecordHead(size: noted.sequence, root: $0) }
            }
            try await Database.with(program, joining: true) { database in
                try await database.checkSchema()
                let record = SignalRecord.postgres(database.pool)
                let (verified, fault) = try await record.verify(kept: noted + witnessed + head.map(\.head))
                guard let fault else {
                    return AdminCommand.say("whole: \(verified.size) entries, head \(verified.text)")
                }
                AdminCommand.say("\(fault); \(verified.size) entries before it are whole")
                throw ExitCode(2)
            }
        }
    }
}

struct RecordHeadCommand: AsyncParsableCommand {
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
                AdminCommand.say(try await SignalRecord.postgres(database.pool).head().text)
            }
        }
    }
}

/// `SIZE:ROOT`.
struct KeptRecordHead: ExpressibleByArgument {
    let head: RecordHead

    init?(argument: String) {
        guard let head = RecordHead(text: argument) else { return nil }
        self.head = head
    }
}
