import Addressing
import ArgumentParser
import Foundation
import Guard
import Storage

struct AdminBanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ban",
        abstract: "Keep an address or a network out, within a second everywhere."
    )

    @Argument(help: "203.0.113.9, or a network such as 203.0.113.0/24 or 2001:db8::/64.")
    var network: NetworkBlock

    @Option(help: "Until when, 2027-01-31 or 2027-01-31T12:00:00Z; without it until it is lifted.")
    var until: Instant?

    @Option(help: "Why, for whoever looks at the list.")
    var reason: String = "by an operator"

    @OptionGroup var settings: SettingFlags

    func run() async throws {
        try await AdminCommand.perform(settings) { administration in
            try await administration.ban(network, until: until?.date, reason: reason)
            AdminCommand.say("\(network) is banned" + (until.map { " until \($0.text)" } ?? ""))
        }
    }
}

struct AdminUnbanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "unban", abstract: "Lift the ban of a network.")

    @Argument(help: "The network as `tradepulse admin bans` names it.")
    var network: NetworkBlock

    @OptionGroup var settings: SettingFlags

    func run() async throws {
        try await AdminCommand.perform(settings) { administration in
            guard try await administration.unban(network) else {
                throw ValidationError("\(network) is not banned; `tradepulse admin bans` lists what is.")
            }
            AdminCommand.say("\(network) is not banned")
        }
    }
}

struct AdminBansCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "bans", abstract: "List the bans in force.")

    @OptionGroup var settings: SettingFlags

    func run() async throws {
        try await AdminCommand.perform(settings) { administration in
            for ban in try await administration.activeBans() {
                AdminCommand.say(
                    [
                        "\(ban.network)", ban.until.map { $0.ISO8601Format() } ?? "until lifted", ban.scope.rawValue,
                        "strike \(ban.strikes)", TerminalText.harmless(ban.reason),
                    ].joined(separator: "  ")
                )
            }
        }
    }
}

struct AdminAlertsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "alerts", abstract: "List the newest security alerts.")

    @Option(help: "At most so many.")
    var limit: Int = 50

    @OptionGroup var settings: SettingFlags

    func validate() throws {
        guard (1...10_000).contains(limit) else { throw ValidationError("--limit is 1 to 10000.") }
    }

    func run() async throws {
        try await AdminCommand.perform(settings) { administration in
            for kept in try await administration.alerts(limit: limit) {
                let more = kept.alert.suppressed > 0 ? "  (\(kept.alert.suppressed) more before)" : ""
                AdminCommand.say(
                    "\(kept.createdAt.ISO8601Format())  \(kept.alert.kind.rawValue)  \(kept.alert.subject)  "
                        + TerminalText.harmless(kept.alert.summary) + more
                )
            }
        }
    }
}
