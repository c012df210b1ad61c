import Crypto
import Foundation
import Synchronization

/// Remembers tokens whose signature was good, by their digest, so that a client's next request need not check it again.
///
/// Only the signature is remembered: times are compared and the session is looked up at every request. Bounded: two
/// generations of at most half the capacity; when the younger is full the older is forgotten.
final class VerifiedTokens: Sendable {
    private struct State {
        var young: [Digest: AccessClaims] = [:]
        var old: [Digest: AccessClaims] = [:]
    }

    /// SHA-256 of the whole token: nobody can find another text with the same.
    struct Digest: Hashable {
        private let bytes: (UInt64, UInt64, UInt64, UInt64)

        init(of token: UnsafeBufferPointer<UInt8>) {
            bytes = SHA256.hash(data: UnsafeRawBufferPointer(token)).withUnsafeBytes {
                $0.loadUnaligned(as: (UInt64, UInt64, UInt64, UInt64).self)
            }
        }

        static func == (left: Digest, right: Digest) -> Bool { left.bytes == right.bytes }

        /// Evenly spread already.
        func hash(into hasher: inout Hasher) { hasher.combine(bytes.0) }
    }

    private let state = Mutex(State())
    private let generationLimit: Int

    init(capacity: Int) { generationLimit = max(1, capacity / 2) }

    func claims(of digest: Digest) -> AccessClaims? {
        state.withLock { $0.young[digest] ?? $0.old[digest] }
    }

    func remember(_ claims: AccessClaims, of digest: Digest) {
        state.withLock { state in
            if state.young.count >= generationLimit {
                state.old = state.young
                state.young = [:]
            }
            state.young[digest] = claims
        }
    }
}
