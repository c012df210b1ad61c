import Accounts
import ArgumentParser
import Foundation
import Settings
import Storage

struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "The keys that access tokens are signed with.",
        subcommands: [Rotate.self]
    )

    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Sign with a new key; running servers follow within seconds, and nobody is signed out.",
            discussion: """
                The key before goes on checking until its last token has ended. A server does the same by itself when \
                its key is JWT_KEY_DAYS old.
                """
        )

        @Flag(help: "Let the keys before it check nothing from now on: for when one has leaked. Clients refresh.")
        var revoke = false

        @OptionGroup var settings: SettingFlags

        func run() async throws {
            try await Failure.explained {
                var program = try Program(flags: settings.flags)
                let secrets = try AccountSecrets(&program)
                guard secrets.tokenSecret == nil else {
                    throw ValidationError("JWT_ALGORITHM is HS256: tokens are signed with JWT_SECRET, not with keys.")
                }
                let (ring, isRevoking) = (KeyRing(), revoke)
                try await Database.with(program) { [program] database in
                    let keys = SigningKeys(program, on: database.pool, box: secrets.box, ring: ring)
                    try await keys.look()
                    let administration = Administration(pool: database.pool, actor: AdminCommand.operatorName())
                    try await administration.recordKeyRotation(revoking: isRevoking)
                    let id = try await keys.rotate(revoking: isRevoking)
                    FileHandle.standardOutput.write(Data("the newest key is \(id ?? "none")\n".utf8))
                }
            }
        }
    }
}
