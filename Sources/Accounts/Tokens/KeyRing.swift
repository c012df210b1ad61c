package import Foundation
import Synchronization

/// The keys that access tokens are signed and checked with now; changed while requests run.
package final class KeyRing: Sendable {
    /// A key and its time.
    package struct Entry: Sendable {
        package let key: TokenKey
        /// Late enough that every process knows the key before the first token is signed with it.
        package let signsFrom: Date
        /// When the last of its tokens has ended; nil while it may still sign.
        package let verifiesUntil: Date?

        package init(key: TokenKey, signsFrom: Date, verifiesUntil: Date? = nil) {
            self.key = key
            self.signsFrom = signsFrom
            self.verifiesUntil = verifiesUntil
        }
    }

    private let entries: Mutex<[Entry]>

    package init(_ entries: [Entry] = []) { self.entries = Mutex(entries) }

    /// HS256 with one secret for good.
    package convenience init(secret key: TokenKey) { self.init([Entry(key: key, signsFrom: .distantPast)]) }

    /// All of them, newest last.
    package var all: [Entry] { entries.withLock { $0 } }

    /// Puts other keys in force; the newest last.
    package func replace(with entries: [Entry]) { self.entries.withLock { $0 = entries } }

    /// The key that new tokens are signed with.
    func signer(at now: Date) throws(TokenKeyError) -> TokenKey {
        let usable = all.filter { $0.signsFrom <= now && $0.key.canSign && ($0.verifiesUntil ?? .distantFuture) > now }
        // Those that are not to be replaced come first: a key whose end is set has a successor.
        guard let entry = usable.last(where: { $0.verifiesUntil == nil }) ?? usable.last else { throw .noSigningKey }
        return entry.key
    }

    /// The key whose header the token has.
    func key(of token: UnsafeBufferPointer<UInt8>, at now: Date) -> TokenKey? {
        all.first { entry in
            token.starts(with: entry.key.header.utf8) && (entry.verifiesUntil ?? .distantFuture) > now
        }?.key
    }

    /// The public halves, newest first.
    package var published: [PublicKey] {
        all.reversed().compactMap { entry in
            entry.key.publicKey.map { bytes in
                var text: [UInt8] = []
                Base64URL.encode(bytes, into: &text)
                return PublicKey(id: entry.key.id, x: String(decoding: text, as: UTF8.self))
            }
        }
    }

    /// What anybody may know of an Ed25519 key.
    package struct PublicKey: Hashable, Sendable {
        package let id: String
        /// RFC 8037: 32 bytes in Base64 for URLs.
        package let x: String
    }
}
