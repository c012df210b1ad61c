import Foundation
import Settings
import Testing

@Suite("Settings")
struct SettingsTests {
    @Test("Nothing has to be set")
    func nothing() throws {
        let settings = try Settings()
        #expect(settings.integer(.port) == 3000)
        #expect(settings.text(.environment) == "development")
        #expect(settings[.databaseURL] == nil)
        #expect(settings.withoutEffect.isEmpty)
    }

    @Test("A flag wins over the environment, the environment over the file, the file over the standard value")
    func precedence() throws {
        let file = EnvironmentFile(text: "PORT=1\nHOST=0.0.0.0\nLOG_LEVEL='debug'\n", file: ".env")
        let settings = try Settings(
            flags: ["--port", "3", "--data-dir=/x=y"],
            environment: ["PORT": "2", "HOST": "::1", "PATH": "/bin", "RATE_LIMIT_MAX": ""],
            file: file
        )
        #expect(settings.integer(.port) == 3)
        #expect(settings.text(.host) == "::1")
        #expect(settings.text(.logLevel) == "debug")
        #expect(settings.text(.dataDirectory) == "/x=y")
        #expect(settings.integer(.rateLimitMax) == 100)
    }

    @Test("A file from another system's editor means the same")
    func carriageReturns() throws {
        let file = EnvironmentFile(text: "# mine\r\nPORT=4000\r\n\r\nHOST=::1\r\n", file: ".env")
        let settings = try Settings(file: file)
        #expect(settings.integer(.port) == 4000 && settings.text(.host) == "::1")
    }

    @Test("A secret is no flag: whoever lists the processes would see it")
    func secretFlags() {
        let secret = "a-very-secret-text-of-more-than-32-bytes"
        #expect {
            try Settings(flags: ["--jwt-secret", secret, "--port", "1"])
        } throws: { error in
            "\(error)" == "JWT_SECRET: is a secret, and a flag is seen by everybody; use the environment or .env"
        }
    }

    @Test(
        "Production refuses a secret that is easily guessed",
        arguments: ["kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk", "abababababababababababababababababababab"]
    )
    func weakSecret(secret: String) {
        #expect(throws: SettingsError.self) {
            try Settings(environment: Self.production.merging(["JWT_SECRET": secret]) { $1 })
        }
    }

    @Test("Every wrong setting is named at once, with its value and the form that was expected")
    func everyProblem() {
        let file = EnvironmentFile(text: "NOPE=1\njust words\nPORT=http\n", file: ".env")
        #expect {
            try Settings(
                flags: ["--log-level=loud", "--what"],
                environment: ["RATE_LIMIT_MAX": "0", "JWT_SECRET": "short"],
                file: file
            )
        } throws: { error in
            "\(error)".split(separator: "\n").map(String.init) == [
                ".env, line 2: expected NAME=value or a # comment",
                "NOPE: no such setting (.env); `tradepulse config` lists them",
                "PORT=http: expected a whole number from 0 to 65535",
                "JWT_SECRET=****: expected at least 32 bytes of text",
                "RATE_LIMIT_MAX=0: expected a whole number from 1 to 1000000",
                "LOG_LEVEL=loud: expected trace|debug|info|notice|warning|error|critical",
                "--what: no such setting (flag); `tradepulse config` lists them",
            ]
        }
    }

    @Test(
        "Each form takes what it says and nothing else",
        arguments: [
            (SettingName.databaseURL, "postgresql://u:p@h/d", true),
            (.databaseURL, "postgresql:///d?host=/run/x", true),
            (.databaseURL, "mysql://h/d", false), (.databaseURL, "h/d", false),
            (.trustedProxies, "10.0.0.0/8,::1", true), (.trustedProxies, "10.0.0.0/8,", false),
            (.trustedProxies, "proxy.local", false), (.trustedProxies, "10.0.0.0/33", false),
            (.corsOrigin, "https://a.test,http://b.test:81", true), (.corsOrigin, "https://a.test/", false),
            (.corsOrigin, "*", false), (.corsOrigin, "a.test", false),
            (.port, "65536", false), (.port, "-1", false), (.port, "0", true), (.port, "3000 ", false),
            (.passwordMemory, "19455", false), (.passwordMemory, "19456", true),
            (.marketSource, "simulated", true), (.marketSource, "fake", false),
            (.roles, "api,jobs", true), (.roles, "api,cook", false),
        ]
    )
    func forms(name: SettingName, value: String, accepted: Bool) {
        #expect(((try? Settings(environment: [name.rawValue: value])) != nil) == accepted)
    }

    private static let production = [
        "APP_ENV": "production", "JWT_SECRET": "0123456789abcdef0123456789abcdef",
        "JWT_REFRESH_SECRET": "fedcba9876543210fedcba9876543210", "ENCRYPTION_KEY": "89abcdef0123456789abcdef01234567",
    ]

    @Test("Production does not start without any of its secrets")
    func production() throws {
        #expect(try Settings(environment: Self.production).isProduction)
        for name in Self.production.keys where name != "APP_ENV" {
            #expect(throws: SettingsError.self) { try Settings(environment: Self.production.filter { $0.key != name }) }
        }
    }

    @Test("What is in force is shown with secrets starred")
    func shown() throws {
        let secret = "a-very-secret-text-of-more-than-32-bytes"
        let text = SettingsTable.inForce(try Settings(environment: ["JWT_SECRET": secret, "PORT": "81"]))
        #expect(text.contains("JWT_SECRET=****  # environment"))
        #expect(text.contains("PORT=81  # environment"))
        #expect(text.contains("HOST=127.0.0.1  # standard"))
        #expect(!text.contains(secret))
    }

    @Test(
        "Several hosts of a database or of a Redis cluster are a URL, too",
        arguments: [
            ("DATABASE_URL", "postgresql://me:word@one:5432,two:5433/db?target_session_attrs=read-write"),
            ("REDIS_URL", "redis://:word@one:7000,two:7001,three:7002"), ("REDIS_URL", "rediss://one/2"),
        ]
    )
    func severalHosts(name: String, url: String) throws {
        let setting = try #require(SettingName(rawValue: name))
        let settings = try Settings(environment: [name: url])
        #expect(settings[setting] == url)
    }

    @Test("A setting whose part is not built yet says so when somebody sets it")
    func withoutEffect() throws {
        #expect(try Settings(environment: ["OPENAI_MODEL": "m"]).withoutEffect == [.openAIModel])
    }

    @Test(".env.example is what the table says, and reading it changes nothing")
    func example() throws {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent(".env.example")
        let text = try String(contentsOf: path, encoding: .utf8)
        #expect(text == SettingsTable.example)
        #expect(EnvironmentFile(text: text, file: ".env.example").values.isEmpty)
    }

    @Test("Development makes its secrets once, and only their owner can read them")
    func developmentSecrets() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tp-secrets-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let first = try DevelopmentSecrets.obtain(.jwtSecret, in: folder)
        #expect(first.count == 64)
        #expect(try DevelopmentSecrets.obtain(.jwtSecret, in: folder) == first)
        #expect(try DevelopmentSecrets.obtain(.encryptionKey, in: folder) != first)
        let file = folder + "/secrets/jwt_secret"
        let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        try "".write(toFile: file, atomically: false, encoding: .utf8)
        #expect(throws: DevelopmentSecrets.Unusable.self) { try DevelopmentSecrets.obtain(.jwtSecret, in: folder) }
    }
}
