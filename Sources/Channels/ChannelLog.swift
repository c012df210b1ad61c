package import Foundation

/// Where every message is, in order, before anybody is sent it; shared by all processes.
package struct ChannelLog: Sendable {
    /// Which channels have grown since the position, some of them perhaps again; none without a position.
    package var news: @Sendable (_ since: ChannelLogPosition?) async throws -> ChannelNews
    /// The newest messages behind a number of each channel, at most ``ChannelKey/keptMessages``, as of one moment.
    package var read: @Sendable (_ after: [ChannelKey: Int64]) async throws -> [ChannelKey: ChannelHistory]
    /// Deletes messages older than ``ChannelKey/keptDays``.
    package var sweep: @Sendable (_ now: Date) async throws -> Void

    package init(
        news: @escaping @Sendable (_ since: ChannelLogPosition?) async throws -> ChannelNews,
        read: @escaping @Sendable (_ after: [ChannelKey: Int64]) async throws -> [ChannelKey: ChannelHistory],
        sweep: @escaping @Sendable (_ now: Date) async throws -> Void
    ) {
        self.news = news
        self.read = read
        self.sweep = sweep
    }
}

/// How far a reader has got, in the log's own words.
package struct ChannelLogPosition: Hashable, Sendable {
    package let text: String

    package init(_ text: String) { self.text = text }
}

/// What one look at the log showed.
package struct ChannelNews: Sendable {
    /// Another one says that numbers may have been given twice: nobody's position holds any more.
    package let epoch: String
    /// The last number of each channel that has grown.
    package let heads: [ChannelKey: Int64]
    package let next: ChannelLogPosition

    package init(epoch: String, heads: [ChannelKey: Int64], next: ChannelLogPosition) {
        self.epoch = epoch
        self.heads = heads
        self.next = next
    }
}

/// Part of a channel, up to its end.
package struct ChannelHistory: Sendable {
    /// The channel's last number, 0 before the first message.
    package let head: Int64
    /// Oldest first, without a hole; the last one is the head, unless the head is too old to be kept.
    package let entries: [ChannelEntry]

    /// A channel without a message.
    package static let empty = ChannelHistory(head: 0, entries: [])

    /// The number before the first of the entries.
    package var base: Int64 { entries.first.map { $0.sequence - 1 } ?? head }

    package init(head: Int64, entries: [ChannelEntry]) {
        self.head = head
        self.entries = entries
    }
}
