package import Channels
package import Crypto
package import Foundation
package import Markets
package import MerkleLog

/// Where signals are kept, with the record of them.
package struct SignalRecord: Sendable {
    /// What its checkpoints are checkpoints of.
    package static let origin = "tradepulse/signals"

    /// What is told to everybody on the channel once the place of the publication in the record is known.
    package typealias Drafting = @Sendable (_ place: RecordPlace) -> ChannelDraft

    /// Stores a signal, its leaf and its message, all or none; nil when it was there already.
    package var publish: @Sendable (_ signal: Signal, _ draft: @escaping Drafting) async throws -> RecordPlace?
    /// Ends an active signal, with a leaf of its own and the message; nil when it had ended already, or never was.
    package var conclude:
        @Sendable (_ signal: UUID, _ standing: SignalStanding, _ draft: @escaping Drafting) async throws -> RecordPlace?
    package var head: @Sendable () async throws -> RecordHead
    /// Up to `limit` leaves from an index on, in their order.
    package var entries: @Sendable (_ from: Int64, _ limit: Int) async throws -> [LoggedEntry]
    /// All checkpoints, the smallest first.
    package var checkpoints: @Sendable () async throws -> [SignedCheckpoint]
    /// The largest checkpoint; nil before the first.
    package var latest: @Sendable () async throws -> SignedCheckpoint?
    /// The leaves of one signal: its publication, and its end where it has come.
    package var leaves: @Sendable (_ signal: UUID) async throws -> [LoggedEntry]
    /// Keeps a checkpoint.
    package var keep: @Sendable (_ checkpoint: SignedCheckpoint) async throws -> Void
    /// The public keys that checkpoints were signed with.
    package var keys: @Sendable () async throws -> [Curve25519.Signing.PublicKey]
    /// Up to `limit` signals after an id, in the order of ids.
    package var signals: @Sendable (_ after: UUID?, _ limit: Int) async throws -> [StoredSignal]
    /// Signals that are active, or were born since; the newest first, at most 1,000.
    package var recent: @Sendable (_ since: MarketTime) async throws -> [StoredSignal]
    /// How many signals of a strategy's version have ended, without the cancelled ones.
    package var outcomes: @Sendable (_ strategy: String, _ version: Int) async throws -> Int

    package init(
        publish: @escaping @Sendable (_ signal: Signal, _ draft: @escaping Drafting) async throws -> RecordPlace?,
        conclude:
            @escaping @Sendable (
                _ signal: UUID,
                _ standing: SignalStanding,
                _ draft: @escaping Drafting
            ) async throws -> RecordPlace?,
        head: @escaping @Sendable () async throws -> RecordHead,
        entries: @escaping @Sendable (_ from: Int64, _ limit: Int) async throws -> [LoggedEntry],
        checkpoints: @escaping @Sendable () async throws -> [SignedCheckpoint],
        latest: @escaping @Sendable () async throws -> SignedCheckpoint?,
        leaves: @escaping @Sendable (_ signal: UUID) async throws -> [LoggedEntry],
        keep: @escaping @Sendable (_ checkpoint: SignedCheckpoint) async throws -> Void,
        keys: @escaping @Sendable () async throws -> [Curve25519.Signing.PublicKey],
        signals: @escaping @Sendable (_ after: UUID?, _ limit: Int) async throws -> [StoredSignal],
        recent: @escaping @Sendable (_ since: MarketTime) async throws -> [StoredSignal],
        outcomes: @escaping @Sendable (_ strategy: String, _ version: Int) async throws -> Int
    ) {
        self.publish = publish
        self.conclude = conclude
        self.head = head
        self.entries = entries
        self.checkpoints = checkpoints
        self.latest = latest
        self.leaves = leaves
        self.keep = keep
        self.keys = keys
        self.signals = signals
        self.recent = recent
        self.outcomes = outcomes
    }
}
