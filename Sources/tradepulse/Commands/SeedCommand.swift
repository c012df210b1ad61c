import Accounts
import ArgumentParser
import Foundation
import Settings
import Storage

struct SeedCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seed",
        abstract: "Fill a development database with accounts of each tier and some history."
    )

    @OptionGroup var settings: SettingFlags

    func run() async throws {
        try await Failure.explained {
            let program = try Program(flags: settings.flags)
            guard !program.settings.isProduction else {
                throw ValidationError("A production database is not seeded: APP_ENV is production.")
            }
            try await Database.with(program) { database in
                try await database.migrate()
                let hasher = try Server.hasher(program.settings)
                let seed = DevelopmentSeed(isDevelopment: true, pool: database.pool, hasher: hasher)
                try await seed?.run()
            }
            let accounts = Tier.allCases.map(DevelopmentSeed.email).joined(separator: ", ")
            let report = "seeded; sign in as \(accounts) with the password \"\(DevelopmentSeed.password)\"\n"
            FileHandle.standardOutput.write(Data(report.utf8))
        }
    }
}
