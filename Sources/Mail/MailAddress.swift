/// An address as it stands in a header and in the envelope, with an optional name.
package struct MailAddress: Hashable, Sendable {
    /// Shown beside the address.
    package let name: String?
    /// `user@example.com`.
    package let address: String

    /// Nil when one of them could break out of a header: line breaks, control characters, angle brackets in the address.
    package init?(_ address: String, name: String? = nil) {
        let isPlain = address.unicodeScalars.allSatisfy {
            !$0.properties.isWhitespace && $0.properties.generalCategory != .control
                && !"<>,;\"".unicodeScalars.contains($0)
        }
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        guard isPlain, address.utf8.count <= 320, parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else {
            return nil
        }
        guard name?.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) ?? true else { return nil }
        self.name = name
        self.address = address
    }

    /// Reads `TradePulse <mail@example.com>` or `mail@example.com`.
    package init?(parsing text: String) {
        guard let open = text.lastIndex(of: "<") else {
            self.init(text)
            return
        }
        guard text.hasSuffix(">") else { return nil }
        let name = text[..<open].trimmingPrefix { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed()
        let address = text[text.index(after: open)...].dropLast()
        self.init(String(address), name: name.isEmpty ? nil : String(name))
    }

    /// What stands behind `From:` and `To:`.
    var headerText: String {
        guard let name else { return "<\(address)>" }
        return "\(HeaderText.encoded(name)) <\(address)>"
    }

    /// What stands behind the `@`.
    var domain: Substring { address.drop { $0 != "@" }.dropFirst() }
}
