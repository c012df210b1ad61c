package import Foundation

/// Where changes of standing are read, those of other processes among them.
package struct StandingFeed: Sendable {
    /// Everything that was committed since the position, some of it perhaps again; nothing without a position.
    package var changes: @Sendable (_ since: StandingPosition?) async throws -> StandingNews
    /// Deletes what nobody needs any more: old changes, spent tokens, sessions that are over, answers of yesterday.
    package var sweep: @Sendable (_ now: Date) async throws -> Void

    package init(
        changes: @escaping @Sendable (_ since: StandingPosition?) async throws -> StandingNews,
        sweep: @escaping @Sendable (_ now: Date) async throws -> Void
    ) {
        self.changes = changes
        self.sweep = sweep
    }
}

/// How far a reader has got, in the store's own words.
package struct StandingPosition: Hashable, Sendable {
    package let text: String

    package init(_ text: String) { self.text = text }
}

/// What one look at the feed showed.
package struct StandingNews: Sendable {
    /// By the number that the store gave each.
    package let changes: [Int64: StandingChange]
    package let next: StandingPosition

    package init(changes: [Int64: StandingChange], next: StandingPosition) {
        self.changes = changes
        self.next = next
    }
}
