import Foundation

/// A password as it was typed, in the one form that is hashed (NFKC), never printed.
package struct Password: Sendable {
    private let secret: Secret

    /// Characters, counted as code points after normalisation, in any script.
    package static let allowedLengths = 10...128
    /// No composition of 128 characters needs more; a text of megabytes is refused before it is looked at.
    static let maximumBytes = 2048

    /// Nil over 2,048 bytes: nothing that long was ever accepted.
    package init?(_ raw: String) {
        guard raw.utf8.count <= Self.maximumBytes else { return nil }
        secret = Secret(raw.precomposedStringWithCompatibilityMapping)
    }

    /// What is hashed.
    var bytes: [UInt8] { [UInt8](secret.reveal().utf8) }

    var length: Int { secret.reveal().unicodeScalars.count }

    /// What speaks against choosing it for the account; empty when nothing does.
    package func faults(for email: EmailAddress?) -> [AccountInputFault] {
        if length < Self.allowedLengths.lowerBound {
            return [.passwordTooShort(minimum: Self.allowedLengths.lowerBound)]
        }
        if length > Self.allowedLengths.upperBound {
            return [.passwordTooLong(maximum: Self.allowedLengths.upperBound)]
        }
        let lowered = secret.reveal().lowercased()
        if let email, Self.tells(lowered, of: email) { return [.passwordContainsEmail] }
        if lowered.filter(\.isLetter).contains("tradepulse") { return [.passwordCommon] }
        return CommonPasswords.contain(lowered) ? [.passwordCommon] : []
    }

    /// Whether the password is made of the address: holds its local part or its whole domain, or is a part of the domain
    /// with digits and signs around it.
    private static func tells(_ lowered: String, of email: EmailAddress) -> Bool {
        // Shorter local parts than three characters turn up in too many good passwords, and so do parts of domains.
        let name = email.localPart
        if name.count >= 3, lowered.contains(name) { return true }
        let domain = email.text.dropFirst(name.count + 1)
        return lowered.contains(domain)
            || domain.split(separator: ".").contains { CommonPasswords.isVariation(lowered, of: $0) }
    }
}
