package import Foundation

/// Where the answers to requests with an `Idempotency-Key` are kept, the same for every process.
package struct IdempotencyStore: Sendable {
    /// Takes the key for one attempt, or says why not.
    package var begin: @Sendable (_ attempt: IdempotentAttempt) async throws -> IdempotencyVerdict
    /// Keeps the answer, if the attempt still holds the key.
    package var finish: @Sendable (_ attempt: IdempotentAttempt, _ answer: KeptAnswer) async throws -> Void
    /// Gives the key back: nothing took effect.
    package var abandon: @Sendable (_ attempt: IdempotentAttempt) async throws -> Void

    package init(
        begin: @escaping @Sendable (_ attempt: IdempotentAttempt) async throws -> IdempotencyVerdict,
        finish: @escaping @Sendable (_ attempt: IdempotentAttempt, _ answer: KeptAnswer) async throws -> Void,
        abandon: @escaping @Sendable (_ attempt: IdempotentAttempt) async throws -> Void
    ) {
        self.begin = begin
        self.finish = finish
        self.abandon = abandon
    }
}

/// One request that must take effect once.
package struct IdempotentAttempt: Hashable, Sendable {
    package let userID: UUID
    package let key: String
    /// SHA-256 of the whole request.
    package let fingerprint: [UInt8]
    /// Tells this attempt from others with the same key.
    package let id: UUID
    package let startedAt: Date

    /// Seconds an answer is kept.
    package static let keptSeconds: TimeInterval = 86_400
    /// Seconds an attempt without an answer holds its key: longer than any request may take.
    package static let heldSeconds: TimeInterval = 60
    /// Keys of one user that are kept; beyond them the oldest is forgotten.
    package static let keysPerUser = 1_000

    package init(userID: UUID, key: String, fingerprint: [UInt8], startedAt: Date) {
        self.userID = userID
        self.key = key
        self.fingerprint = fingerprint
        id = UUID()
        self.startedAt = startedAt
    }
}

/// What becomes of an attempt.
package enum IdempotencyVerdict: Hashable, Sendable {
    /// It holds the key and goes ahead.
    case begun
    /// The same request was answered before.
    case answered(KeptAnswer)
    /// The same request is under way.
    case underWay
    /// Another request has used the key.
    case keyReused
}

/// An answer as it is kept.
package struct KeptAnswer: Hashable, Sendable {
    package let status: Int
    package let contentType: String?
    /// Nobody who reads the store can read it.
    package let sealedBody: String

    package init(status: Int, contentType: String?, sealedBody: String) {
        self.status = status
        self.contentType = contentType
        self.sealedBody = sealedBody
    }
}
