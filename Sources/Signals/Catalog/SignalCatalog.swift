package import Foundation

/// Where signals are looked up, as a tier sees them.
package struct SignalCatalog: Sendable {
    /// Newest first, those above the caller's tier among them.
    package var list: @Sendable (_ query: SignalQuery) async throws -> [StoredSignal]
    /// Those that are over, of tiers that the caller is shown; the last end first.
    package var history: @Sendable (_ query: SignalHistoryQuery) async throws -> [StoredSignal]
    /// One; nil where there is none, or not yet for the caller.
    package var signal: @Sendable (_ id: UUID, _ sight: SignalSight) async throws -> StoredSignal?
    /// What statistics are made of.
    package var tally: @Sendable (_ query: SignalTallyQuery) async throws -> SignalTally

    package init(
        list: @escaping @Sendable (_ query: SignalQuery) async throws -> [StoredSignal],
        history: @escaping @Sendable (_ query: SignalHistoryQuery) async throws -> [StoredSignal],
        signal: @escaping @Sendable (_ id: UUID, _ sight: SignalSight) async throws -> StoredSignal?,
        tally: @escaping @Sendable (_ query: SignalTallyQuery) async throws -> SignalTally
    ) {
        self.list = list
        self.history = history
        self.signal = signal
        self.tally = tally
    }
}
