import Foundation

/// An email address in the one spelling that identifies an account: lower case, composed (NFC).
///
/// Plain addresses only: no quoted local part, no comment, no address literal, no blanks around it. Letters of every
/// script are allowed, but no control, bidirectional, invisible or compatibility characters (a full-width `ａ` would
/// look like another account's `a`).
package struct EmailAddress: Hashable, Sendable {
    package let text: String

    /// Bytes of UTF-8; the schema's column holds as many characters.
    package static let maximumLength = 255

    /// Nil unless the text is a plain address of at most 255 bytes.
    package init?(_ raw: String) {
        // Nothing that grows in normalisation can be short enough afterwards, so measure the raw text first.
        guard raw.utf8.count <= Self.maximumLength else { return nil }
        let text = raw.precomposedStringWithCanonicalMapping.lowercased().precomposedStringWithCanonicalMapping
        guard text.utf8.count <= Self.maximumLength, text == text.precomposedStringWithCompatibilityMapping,
            text.unicodeScalars.elementsEqual(text.precomposedStringWithCompatibilityMapping.unicodeScalars)
        else { return nil }
        let parts = text.unicodeScalars.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, Self.isLocalPart(parts[0]), Self.isDomain(parts[1]) else { return nil }
        self.text = text
    }

    /// What stands before the `@`.
    package var localPart: Substring { text.prefix { $0 != "@" } }

    private typealias Scalars = Substring.UnicodeScalarView

    private static func isLocalPart(_ part: Scalars) -> Bool {
        guard Substring(part).utf8.count <= 64 else { return false }
        return part.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { atom in
            !atom.isEmpty && atom.allSatisfy { isWordScalar($0) || "!#$%&'*+-/=?^_`{|}~".unicodeScalars.contains($0) }
        }
    }

    private static func isDomain(_ part: Scalars) -> Bool {
        let labels = part.split(separator: ".", omittingEmptySubsequences: false)
        guard Substring(part).utf8.count <= 253, labels.count >= 2, let last = labels.last else { return false }
        guard last.contains(where: { !("0"..."9").contains($0) }) else { return false }
        return labels.allSatisfy { label in
            !label.isEmpty && Substring(label).utf8.count <= 63 && label.first != "-" && label.last != "-"
                && label.allSatisfy { isWordScalar($0) || $0 == "-" }
        }
    }

    private static func isWordScalar(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) }
        switch scalar.properties.generalCategory {
        case .lowercaseLetter, .otherLetter, .modifierLetter, .nonspacingMark, .spacingMark, .decimalNumber:
            return !scalar.properties.isDefaultIgnorableCodePoint
        default: return false
        }
    }
}

extension EmailAddress: CustomStringConvertible {
    package var description: String { text }
}
