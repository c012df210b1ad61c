import Crypto
package import Foundation

/// What failures are counted by: a kind and a digest of whom it is about.
package struct FailureKey: Hashable, Sendable {
    package let kind: FailurePolicy.Kind
    /// 64 hexadecimal digits.
    package let subject: String

    package init(kind: FailurePolicy.Kind, subject: String) {
        self.kind = kind
        self.subject = subject
    }

    /// The key of some parts, such as an account and an address.
    package init(_ kind: FailurePolicy.Kind, _ parts: String...) {
        // Each part with its length, so that no two lists are one text.
        let text = ([kind.rawValue] + parts).map { "\($0.utf8.count):\($0)" }.joined()
        let digits = SHA256.hash(data: Data(text.utf8)).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }
        self.init(kind: kind, subject: digits.joined())
    }

    package var policy: FailurePolicy { .of(kind) }
}

/// Failures of one key that have not leaked away.
package struct FailureCount: Hashable, Sendable {
    package let key: FailureKey
    package let failures: Int
    package let failedAt: Date
    /// The failure before; nil where there was none.
    package let failedBeforeAt: Date?

    package init(key: FailureKey, failures: Int, failedAt: Date, failedBeforeAt: Date?) {
        self.key = key
        self.failures = failures
        self.failedAt = failedAt
        self.failedBeforeAt = failedBeforeAt
    }

    /// Whether the last failure ended an attempt that, had it begun only now, would not have been let in.
    package var cameEarly: Bool {
        guard let failedBeforeAt else { return false }
        return failedBeforeAt.addingTimeInterval(key.policy.delaySeconds(after: failures - 1)) > failedAt
    }

    /// Until then nobody may try again.
    package var nextAttemptAt: Date {
        failedAt.addingTimeInterval(key.policy.delaySeconds(after: failures))
    }
}

/// Counts failures, exactly and for all processes at once.
package struct FailureStore: Sendable {
    /// The counts of those keys that have any.
    package var read: @Sendable (_ keys: [FailureKey], _ now: Date) async throws -> [FailureCount]
    /// Adds one failure to each key, and gives the counts with it.
    package var add: @Sendable (_ keys: [FailureKey], _ now: Date) async throws -> [FailureCount]
    package var clear: @Sendable (_ keys: [FailureKey]) async throws -> Void
    /// Forgets keys whose failures have all leaked away.
    package var purge: @Sendable (_ now: Date) async throws -> Void

    package init(
        read: @escaping @Sendable (_ keys: [FailureKey], _ now: Date) async throws -> [FailureCount],
        add: @escaping @Sendable (_ keys: [FailureKey], _ now: Date) async throws -> [FailureCount],
        clear: @escaping @Sendable (_ keys: [FailureKey]) async throws -> Void,
        purge: @escaping @Sendable (_ now: Date) async throws -> Void
    ) {
        self.read = read
        self.add = add
        self.clear = clear
        self.purge = purge
    }
}
