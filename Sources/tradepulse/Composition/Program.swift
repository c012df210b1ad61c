import Foundation
import Logging
import Observability
import Settings

/// What every command begins with: the settings in force, and a logger.
struct Program {
    var settings: Settings
    let logger: Logger

    /// Reads flags, environment and `.env` of the working directory.
    ///
    /// - Parameter flags: what stands behind the command's name.
    /// - Throws: `SettingsError` with every wrong setting.
    init(flags: [String]) throws {
        settings = try Settings(
            flags: flags,
            environment: ProcessInfo.processInfo.environment,
            file: try EnvironmentFile(path: ".env")
        )
        let level = Logger.Level(rawValue: settings.text(.logLevel)) ?? .info
        LoggingSystem.bootstrap { LineLogHandler(label: $0, level: level) }
        logger = Logger(label: "tradepulse")
    }

    var dataDirectory: String { settings.text(.dataDirectory) }

    /// The secret in force; development makes one and keeps it, production has refused to start without.
    mutating func secret(_ name: SettingName) throws -> String {
        if let secret = settings[name] { return secret }
        let secret = try DevelopmentSecrets.obtain(name, in: dataDirectory)
        settings.fill(name, with: secret)
        return secret
    }
}
