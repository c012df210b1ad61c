import ArgumentParser
import Foundation
import Settings

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Print the settings in force, secrets starred."
    )

    @Flag(help: "Print the text of .env.example instead.")
    var example = false

    @OptionGroup var settings: SettingFlags

    func run() throws {
        guard !example else { return FileHandle.standardOutput.write(Data(SettingsTable.example.utf8)) }
        let program = try Failure.explained { try Program(flags: settings.flags) }
        FileHandle.standardOutput.write(Data((SettingsTable.inForce(program.settings) + "\n").utf8))
    }
}
