import Crypto
import Foundation

/// One entry of the record as it is stored, in the texts that its hash covers.
package struct AuditRecord: Hashable, Sendable {
    package let id: String
    package let sequence: Int64
    /// Hexadecimal digits, as all bytes here.
    package let previousHash: String
    package let hash: String
    /// What the entry calls its user.
    package let subject: String?
    package let action: String
    /// With its prefix length: `203.0.113.9/32`.
    package let address: String
    package let userAgent: String?
    package let metadata: String?
    /// Microseconds since 1970.
    package let createdAt: String
    /// Whether the user named is the one whom the entry was written about, or is gone.
    package let isNamedRightly: Bool

    package init(
        id: String,
        sequence: Int64,
        previousHash: String,
        hash: String,
        subject: String?,
        action: String,
        address: String,
        userAgent: String?,
        metadata: String?,
        createdAt: String,
        isNamedRightly: Bool
    ) {
        self.id = id
        self.sequence = sequence
        self.previousHash = previousHash
        self.hash = hash
        self.subject = subject
        self.action = action
        self.address = address
        self.userAgent = userAgent
        self.metadata = metadata
        self.createdAt = createdAt
        self.isNamedRightly = isNamedRightly
    }

    /// The hash that the entry should have: SHA-256 over its fields as netstrings, `-` for those it has not.
    ///
    /// The database computes the same when it writes; what is verified is computed here, since who can alter rows can
    /// alter functions too.
    package var computedHash: String {
        let fields = [
            String(sequence), previousHash, id, subject, action, address, userAgent, metadata, createdAt,
        ]
        let text = fields.map { field in field.map { "\($0.utf8.count):\($0)," } ?? "-," }.joined()
        return SHA256.hash(data: Data(text.utf8)).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}

/// The end of the record at some moment: how many entries there were, and the hash of the last.
package struct AuditHead: Hashable, Sendable {
    package let sequence: Int64
    package let hash: String

    /// The head of a record without entries.
    package static let empty = AuditHead(sequence: 0, hash: String(repeating: "0", count: 64))

    package init(sequence: Int64, hash: String) {
        self.sequence = sequence
        self.hash = hash
    }
}
