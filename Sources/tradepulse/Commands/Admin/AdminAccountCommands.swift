import Accounts
import ArgumentParser
import Foundation
import Storage

struct AdminGrantCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "grant", abstract: "Give an account a tier.")

    @Argument(help: "The account's e-mail address.")
    var email: EmailAddress

    @Argument(help: "free, pro, premium or vip.")
    var tier: Tier

    @Option(help: "Until when, 2027-01-31 or 2027-01-31T12:00:00Z; without it there is no end.")
    var until: Instant?

    @OptionGroup var settings: SettingFlags

    func run() async throws {
        try await AdminCommand.perform(settings) { administration in
            try await administration.grant(tier, until: until?.date, to: email)
            AdminCommand.say("\(email.text) is \(tier.rawValue)" + (until.map { " until \($0.text)" } ?? ""))
        }
    }
}

struct AdminBlockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "block",
        abstract: "Shut an account out, within a second everywhere."
    )

    @Argument(help: "The account's e-mail address.")
    var email: EmailAddress

    @OptionGroup var settings: SettingFlags

    func run() async throws {
        try await AdminCommand.perform(settings) { administration in
            try await administration.setBlocked(true, email)
            AdminCommand.say("\(email.text) is blocked")
        }
    }
}

struct AdminUnblockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "unblock", abstract: "Let an account in again.")

    @Argument(help: "The account's e-mail address.")
    var email: EmailAddress

    @OptionGroup var settings: SettingFlags

    func run() async throws {
        try await AdminCommand.perform(settings) { administration in
            try await administration.setBlocked(false, email)
            AdminCommand.say("\(email.text) is not blocked")
        }
    }
}

struct AdminSessionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sessions",
        abstract: "List the devices an account is signed in on."
    )

    @Argument(help: "The account's e-mail address.")
    var email: EmailAddress

    @OptionGroup var settings: SettingFlags

    func run() async throws {
        try await AdminCommand.perform(settings) { administration in
            for session in try await administration.sessions(of: email) {
                let device = [session.deviceName, session.devicePlatform].compactMap(\.self).joined(separator: ", ")
                AdminCommand.say(
                    [
                        session.id.uuidString.lowercased(), session.lastUsedAt.ISO8601Format(), session.address,
                        TerminalText.harmless(device),
                    ].joined(separator: "  ")
                )
            }
        }
    }
}

struct AdminEndSessionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "end-sessions",
        abstract: "Sign an account out, everywhere or on one device."
    )

    @Argument(help: "The account's e-mail address.")
    var email: EmailAddress

    @Option(help: "Only this session, as `tradepulse admin sessions` names it.")
    var session: SessionID?

    @OptionGroup var settings: SettingFlags

    func run() async throws {
        try await AdminCommand.perform(settings) { administration in
            let ended = try await administration.endSessions(of: email, session: session?.id)
            AdminCommand.say("\(ended) sessions of \(email.text) ended")
        }
    }
}

/// A session's id.
struct SessionID: ExpressibleByArgument {
    let id: UUID

    init?(argument: String) {
        guard let id = UUID(uuidString: argument) else { return nil }
        self.id = id
    }
}

/// An instant as an operator writes it.
struct Instant: ExpressibleByArgument {
    let date: Date

    init?(argument: String) {
        let text = argument.contains("T") ? argument : argument + "T00:00:00Z"
        guard let date = try? Date(text, strategy: .iso8601) else { return nil }
        self.date = date
    }

    var text: String { date.ISO8601Format() }
}

/// Text of strangers on its way to a terminal.
enum TerminalText {
    /// The text with control characters and direction marks shown as a question mark.
    static func harmless(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: scalars.append("?")
            default: scalars.append(scalar)
            }
        }
        return String(scalars)
    }
}
