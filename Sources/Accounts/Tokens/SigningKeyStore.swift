package import Foundation

/// Where the keys of access tokens are kept, the same for every process.
package struct SigningKeyStore: Sendable {
    /// Those whose tokens may still be alive, oldest first.
    package var load: @Sendable (_ now: Date) async throws -> [StoredSigningKey]
    /// Adds a key and sets the end of those before it, unless somebody else has added one since.
    ///
    /// `newest` is the id of the newest key known, nil for none. False: another process was quicker.
    package var succeed: @Sendable (_ newest: String?, _ key: StoredSigningKey, _ end: Date) async throws -> Bool
    /// Lets a key check nothing any more; false when there is no such key.
    package var revoke: @Sendable (_ id: String, _ now: Date) async throws -> Bool

    package init(
        load: @escaping @Sendable (_ now: Date) async throws -> [StoredSigningKey],
        succeed: @escaping @Sendable (_ newest: String?, _ key: StoredSigningKey, _ end: Date) async throws -> Bool,
        revoke: @escaping @Sendable (_ id: String, _ now: Date) async throws -> Bool
    ) {
        self.load = load
        self.succeed = succeed
        self.revoke = revoke
    }
}

/// A key as it is kept: its private half sealed.
package struct StoredSigningKey: Hashable, Sendable {
    package let id: String
    /// 32 bytes.
    package let publicKey: [UInt8]
    /// ``SecretBox``'s text.
    package let sealedPrivateKey: String
    package let createdAt: Date
    package let signsFrom: Date
    package let verifiesUntil: Date?

    package init(
        id: String,
        publicKey: [UInt8],
        sealedPrivateKey: String,
        createdAt: Date,
        signsFrom: Date,
        verifiesUntil: Date?
    ) {
        self.id = id
        self.publicKey = publicKey
        self.sealedPrivateKey = sealedPrivateKey
        self.createdAt = createdAt
        self.signsFrom = signsFrom
        self.verifiesUntil = verifiesUntil
    }
}
