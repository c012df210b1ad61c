import ArgumentParser

struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Bring the database's schema up to date."
    )

    @OptionGroup var settings: SettingFlags

    func run() async throws {
        try await Failure.explained {
            let program = try Program(flags: settings.flags)
            try await Database.with(program) { database in try await database.migrate() }
        }
    }
}
