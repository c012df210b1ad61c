/// Why the program does not start: every wrong setting, one line each.
package struct SettingsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One wrong setting.
    package enum Problem: Hashable, Sendable {
        /// Nobody knows the name; `place` says where it was found.
        case unknown(name: String, place: String)
        /// The value does not have the form. Secrets print as stars.
        case malformed(name: String, value: String, form: String)
        /// The line of the file is not `NAME=value`.
        case unreadableLine(file: String, number: Int)
        /// The file named cannot be read.
        case unreadableFile(String)
        /// A secret was given as a flag.
        case secretFlag(name: String)
        /// Production does not start with a secret of so few different bytes.
        case weakInProduction(name: String)
        /// Production does not start without it.
        case missingInProduction(name: String, form: String)
    }

    package let problems: [Problem]

    package init(_ problems: [Problem]) { self.problems = problems }

    package var description: String { problems.map(\.description).joined(separator: "\n") }
}

extension SettingsError.Problem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknown(let name, let place): "\(name): no such setting (\(place)); `tradepulse config` lists them"
        case .malformed(let name, let value, let form): "\(name)=\(value): expected \(form)"
        case .unreadableLine(let file, let number): "\(file), line \(number): expected NAME=value or a # comment"
        case .unreadableFile(let file): "\(file): cannot be read"
        case .secretFlag(let name): "\(name): is a secret, and a flag is seen by everybody; use the environment or .env"
        case .weakInProduction(let name): "\(name)=****: expected random text; this has too few different characters"
        case .missingInProduction(let name, let form): "\(name) is not set: production expects \(form)"
        }
    }
}
