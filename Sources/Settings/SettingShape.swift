import Foundation

/// A kind of value: how it is described to people and how it is recognised.
struct SettingShape: Sendable {
    let form: String
    let accepts: @Sendable (String) -> Bool

    static func choice(_ values: String...) -> SettingShape {
        SettingShape(form: values.joined(separator: "|")) { values.contains($0) }
    }

    static func integer(_ range: ClosedRange<Int>) -> SettingShape {
        SettingShape(form: "a whole number from \(range.lowerBound) to \(range.upperBound)") { text in
            Int(text).map(range.contains) ?? false
        }
    }

    static func text(_ form: String, atLeast minimum: Int = 1) -> SettingShape {
        SettingShape(form: form) { $0.utf8.count >= minimum && $0.utf8.count <= 4096 && !$0.contains("\0") }
    }

    static func url(_ schemes: String...) -> SettingShape {
        SettingShape(form: "a URL starting with " + schemes.map { $0 + "://" }.joined(separator: " or ")) { text in
            // Several hosts, as libpq and a Redis cluster have them, are no URL to Foundation: the first speaks for them.
            let oneHost = text.replacing(/,[^,\/?@]*/, with: "")
            guard let url = URLComponents(string: oneHost), let scheme = url.scheme else { return false }
            // A Unix-socket database URL has no host.
            return schemes.contains(scheme) && text.hasPrefix(scheme + "://") && text.utf8.count <= 4096
        }
    }

    /// A comma-separated list, possibly empty.
    static func list(of form: String, _ accepts: @escaping @Sendable (Substring) -> Bool) -> SettingShape {
        SettingShape(form: "a comma-separated list of " + form) { text in
            text.isEmpty || text.split(separator: ",", omittingEmptySubsequences: false).allSatisfy(accepts)
        }
    }

    static let boolean = choice("true", "false")
}
