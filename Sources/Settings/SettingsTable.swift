/// How settings are shown to people.
package enum SettingsTable {
    /// `NAME=value  # origin`, one line each, secrets starred; a setting without a value shows as not set.
    package static func inForce(_ settings: Settings) -> String {
        let entries = Dictionary(uniqueKeysWithValues: settings.inForce.map { ($0.definition.name, $0) })
        return SettingDefinition.all
            .map { definition in
                guard let entry = entries[definition.name] else { return "# \(definition.name.rawValue) is not set" }
                return "\(definition.name.rawValue)=\(entry.shown)  # \(entry.origin.rawValue)"
            }
            .joined(separator: "\n")
    }

    /// The text of `.env.example`: every setting with its purpose, form, unit and standard value, commented out.
    package static var example: String {
        let intro = """
            # Every setting of TradePulse. Copy to .env and change what you need; flags and the environment win over it.
            # Nothing here has to be set for development.
            """
        return ([intro] + SettingDefinition.all.map(block)).joined(separator: "\n\n") + "\n"
    }

    private static func block(_ definition: SettingDefinition) -> String {
        var facts = [definition.form]
        if let unit = definition.unit { facts.append("in \(unit)") }
        facts.append(definition.standard.map { "standard: \($0.isEmpty ? "empty" : $0)" } ?? "standard: not set")
        facts.append(definition.isSecret ? "secret" : "not secret")
        if !definition.hasEffect { facts.append("reserved: no effect yet") }
        return """
            # \(definition.purpose)
            # \(facts.joined(separator: "; ")).
            # \(definition.name.rawValue)=\(definition.standard ?? "")
            """
    }
}
