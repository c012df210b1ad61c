import Crypto
package import Foundation
package import Logging
import ServiceLifecycle

/// Keeps a process's key ring the same as the store, and makes a new key when the newest is old.
///
/// A new key is published at once and signs some seconds later, when every process has seen it. The one before goes on
/// checking until its last token has ended, so nobody is signed out.
package actor SigningKeys: Service {
    /// How often the store is looked at.
    private static let interval: Duration = .seconds(2)
    /// From making a key to signing with it: two looks and some patience.
    package static let leadSeconds: TimeInterval = 5
    /// How much longer than its last token a key is kept, for processes that notice late.
    private static let graceSeconds: TimeInterval = 60

    private let store: SigningKeyStore
    private let box: SecretBox
    private let ring: KeyRing
    /// Seconds after which a key is replaced.
    private let lifetime: TimeInterval
    private let now: @Sendable () -> Date
    private let logger: Logger
    private var known: [StoredSigningKey] = []
    private var isFailing = false

    package init(
        store: SigningKeyStore,
        box: SecretBox,
        ring: KeyRing,
        lifetime: TimeInterval,
        now: @escaping @Sendable () -> Date = { Date() },
        logger: Logger
    ) {
        self.store = store
        self.box = box
        self.ring = ring
        self.lifetime = lifetime
        self.now = now
        self.logger = logger
    }

    package func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try await Task.sleep(for: Self.interval)
                await self.lookOrLog()
            }
        }
    }

    /// Reads the keys, and adds one where none can sign or the newest is old.
    package func look() async throws {
        try await read()
        guard isDue else { return }
        try await rotate()
    }

    /// Adds a key, which takes over in ``leadSeconds``; at once where no other can sign.
    ///
    /// - Parameter revoking: whether the keys before it check nothing from now on: for when one has leaked. Whoever
    ///   holds such a token has to refresh it.
    /// - Returns: the id of the newest key, be it another process's.
    /// - Throws: the store's failure.
    @discardableResult
    package func rotate(revoking: Bool = false) async throws -> String? {
        let old = known
        let canWait = !revoking && (try? ring.signer(at: now())) != nil
        let from = now().addingTimeInterval(canWait ? Self.leadSeconds : 0)
        let end = from.addingTimeInterval(TimeInterval(AccessTokens.lifetimeSeconds) + Self.graceSeconds)
        if try await store.succeed(old.last?.id, try makeKey(signingFrom: from), end) {
            logger.notice("A new key signs access tokens", metadata: ["from": "\(from)"])
        }
        if revoking {
            for key in old { _ = try await store.revoke(key.id, now()) }
        }
        try await read()
        return known.last?.id
    }

    /// Where the newest key cannot be opened, a process with another `ENCRYPTION_KEY` made it: each of the two making
    /// keys as fast as it looks would help neither.
    private var isDue: Bool {
        guard let newest = known.last, (try? ring.signer(at: now())) != nil else { return true }
        let age = now().timeIntervalSince(newest.createdAt)
        return age >= (ring.all.last?.key.canSign == true ? lifetime : Self.graceSeconds)
    }

    private func read() async throws {
        let keys = try await store.load(now())
        guard keys != known else { return }
        ring.replace(with: keys.compactMap(entry))
        known = keys
    }

    private func entry(_ stored: StoredSigningKey) -> KeyRing.Entry? {
        guard let publicKey = try? Curve25519.Signing.PublicKey(rawRepresentation: stored.publicKey) else { return nil }
        let bytes = box.open(stored.sealedPrivateKey, for: .signingKey, of: stored.id)
        let privateKey = bytes.flatMap { try? Curve25519.Signing.PrivateKey(rawRepresentation: $0) }
        let key = TokenKey(publicKey: publicKey, privateKey: privateKey)
        guard key.id == stored.id else { return nil }
        return KeyRing.Entry(key: key, signsFrom: stored.signsFrom, verifiesUntil: stored.verifiesUntil)
    }

    private func makeKey(signingFrom from: Date) throws -> StoredSigningKey {
        let key = Curve25519.Signing.PrivateKey()
        let id = TokenKey(publicKey: key.publicKey, privateKey: key).id
        return StoredSigningKey(
            id: id,
            publicKey: Array(key.publicKey.rawRepresentation),
            sealedPrivateKey: try box.seal(Array(key.rawRepresentation), for: .signingKey, of: id),
            createdAt: now(),
            signsFrom: from,
            verifiesUntil: nil
        )
    }

    private func lookOrLog() async {
        do {
            try await look()
            isFailing = false
        } catch is CancellationError {
        } catch {
            if !isFailing { logger.warning("The signing keys cannot be read", metadata: ["error": "\(error)"]) }
            isFailing = true
        }
    }
}
