/// What is in force: every setting's value and where it came from.
///
/// A flag wins over the environment, the environment over the `.env` file, the file over the standard value. An empty
/// value in the environment or the file counts as not set, so `FOO=` in an example file does no harm.
package struct Settings: Sendable {
    /// Where a value came from.
    package enum Origin: String, Sendable {
        case standard = "standard"
        case file = ".env"
        case environment = "environment"
        case flag = "flag"
        case generated = "generated"
    }

    /// One value in force.
    package struct Entry: Sendable {
        package let definition: SettingDefinition
        package let value: String
        package let origin: Origin

        /// The value for people: stars for a secret.
        package var shown: String { definition.isSecret ? "****" : value }
    }

    private var entries: [SettingName: Entry] = [:]

    /// Reads settings from all their places.
    ///
    /// - Parameters:
    ///   - flags: `--port 3000` or `--port=3000`, as given after `tradepulse serve`.
    ///   - environment: the process's environment; names that are none of ours are nobody's business.
    ///   - file: the `.env` file; names that are none of ours are refused.
    /// - Throws: ``SettingsError`` with every problem there is.
    package init(
        flags: [String] = [],
        environment: [String: String] = [:],
        file: EnvironmentFile? = nil
    ) throws(SettingsError) {
        var problems = file?.problems ?? []
        for definition in SettingDefinition.all {
            guard let standard = definition.standard else { continue }
            entries[definition.name] = Entry(definition: definition, value: standard, origin: .standard)
        }
        for (name, value) in file?.values ?? [] {
            set(name, to: value, from: .file, problems: &problems)
        }
        for definition in SettingDefinition.all {
            guard let value = environment[definition.name.rawValue] else { continue }
            set(definition.name.rawValue, to: value, from: .environment, problems: &problems)
        }
        readFlags(flags, problems: &problems)
        checkProductionSecrets(problems: &problems)
        guard problems.isEmpty else { throw SettingsError(problems) }
    }

    /// Random text of 32 bytes has more than eight different ones, be it in hexadecimal digits.
    private static let fewestDifferentBytes = 8

    private static let demandedInProduction: [SettingName] = [.jwtSecret, .jwtRefreshSecret, .encryptionKey]

    private func checkProductionSecrets(problems: inout [SettingsError.Problem]) {
        guard isProduction else { return }
        for name in Self.demandedInProduction {
            guard let definition = SettingDefinition.of(name) else { continue }
            if let secret = self[name] {
                guard Set(secret.utf8).count < Self.fewestDifferentBytes else { continue }
                problems.append(.weakInProduction(name: name.rawValue))
            } else {
                problems.append(.missingInProduction(name: name.rawValue, form: definition.form))
            }
        }
    }

    private mutating func readFlags(_ flags: [String], problems: inout [SettingsError.Problem]) {
        var rest = flags[...]
        while let flag = rest.popFirst() {
            let parts = flag.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = SettingName.allCases.first(where: { $0.flag == String(parts[0]) }) else {
                problems.append(.unknown(name: String(parts[0]), place: "flag"))
                continue
            }
            let value = parts.count == 2 ? String(parts[1]) : rest.popFirst() ?? ""
            if SettingDefinition.of(name)?.isSecret == true {
                problems.append(.secretFlag(name: name.rawValue))
                continue
            }
            set(name.rawValue, to: value, from: .flag, problems: &problems)
        }
    }

    private mutating func set(
        _ text: String,
        to value: String,
        from origin: Origin,
        problems: inout [SettingsError.Problem]
    ) {
        guard let name = SettingName(rawValue: text), let definition = SettingDefinition.of(name) else {
            problems.append(.unknown(name: text, place: origin.rawValue))
            return
        }
        if value.isEmpty, origin != .flag { return }
        guard definition.accepts(value) else {
            let shown = definition.isSecret ? "****" : String(value.prefix(200).filter { !$0.isNewline })
            problems.append(.malformed(name: text, value: shown, form: definition.form))
            return
        }
        entries[name] = Entry(definition: definition, value: value, origin: origin)
    }

    /// Fills in a value that the program made itself.
    package mutating func fill(_ name: SettingName, with value: String) {
        guard let definition = SettingDefinition.of(name) else { return }
        entries[name] = Entry(definition: definition, value: value, origin: .generated)
    }

    package func has(_ name: SettingName) -> Bool { entries[name] != nil }

    /// The value in force, or nil when the setting has neither a value nor a standard one.
    package subscript(_ name: SettingName) -> String? { entries[name]?.value }

    /// The entries in the order of their definition.
    package var inForce: [Entry] { SettingDefinition.all.compactMap { entries[$0.name] } }

    /// Settings that somebody set although the part they steer is not built yet.
    package var withoutEffect: [SettingName] {
        inForce.filter { !$0.definition.hasEffect && $0.origin != .standard }.map(\.definition.name)
    }
}

// MARK: - Typed reading

extension Settings {
    package var isProduction: Bool { self[.environment] == "production" }

    /// The text of a setting that has a standard value.
    package func text(_ name: SettingName) -> String {
        guard let value = self[name] else { preconditionFailure("\(name.rawValue) has no standard value") }
        return value
    }

    /// The number of a setting whose form is a whole number with a standard value.
    package func integer(_ name: SettingName) -> Int {
        guard let value = Int(text(name)) else { preconditionFailure("\(name.rawValue) is not a number's setting") }
        return value
    }

    /// The parts of a comma-separated setting.
    package func list(_ name: SettingName) -> [String] {
        (self[name] ?? "").split(separator: ",").map(String.init)
    }
}
