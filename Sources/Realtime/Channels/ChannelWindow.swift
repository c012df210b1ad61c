package import Accounts
package import Channels
import DequeModule
package import NIOCore
import WebSockets

/// The newest messages of one channel, and how far each tier may see: all decisions of resuming, without a socket.
///
/// Bounded by messages and bytes; the oldest go first. Readers keep their own position and come for pages, so nothing is
/// queued for anybody.
package struct ChannelWindow {
    /// Where a reader starts.
    package struct Start: Hashable {
        /// What follows comes after this number.
        package let sequence: Int64
        /// Whether that leaves nothing out that the reader has not had.
        package let isRecovered: Bool

        package init(sequence: Int64, isRecovered: Bool) {
            self.sequence = sequence
            self.isRecovered = isRecovered
        }
    }

    package enum Page: Hashable {
        /// Nothing that the tier may see now.
        case nothing
        /// Whole frames, up to and with a number.
        case frames(ByteBuffer, through: Int64)
        /// What the reader needs next is not kept any more.
        case gone
    }

    /// Payload bytes kept.
    package static let maximumBytes = 16 << 20
    /// A reader comes for the rest once it has taken a page.
    package static let pageBytes = 32 << 10
    /// By so much the clocks of two processes may differ, so that one takes the position that the other gave.
    package static let clockTolerance: Int64 = 5_000

    private let type: String
    private let maximumMessages: Int
    private let delayMilliseconds: [Tier: Int64]
    /// The number before the oldest message.
    package private(set) var base: Int64
    private var entries: Deque<ChannelEntry> = []
    private var bytes = 0
    private var seen: [Tier: Int64]

    /// An empty window.
    ///
    /// - Parameters:
    ///   - channel: whose messages.
    ///   - base: the channel's last number.
    ///   - delaySeconds: how much later than others a tier sees a message.
    package init(_ channel: ChannelKey, base: Int64, delaySeconds: (Tier) -> Int) {
        type = channel.messageType
        maximumMessages = channel.keptMessages
        self.base = base
        delayMilliseconds = Dictionary(uniqueKeysWithValues: Tier.allCases.map { ($0, Int64(delaySeconds($0)) * 1000) })
        seen = Dictionary(uniqueKeysWithValues: Tier.allCases.map { ($0, base) })
    }

    /// The last number.
    package var head: Int64 { base + Int64(entries.count) }

    /// The last number that a tier may see, as of the last ``advance(to:)``.
    package func head(of tier: Tier) -> Int64 { seen[tier, default: base] }

    // MARK: Growing

    /// Takes what the log has behind the head; of what is not joined to it, the window begins anew.
    package mutating func append(_ history: ChannelHistory) {
        for entry in history.entries where entry.sequence > head {
            if entry.sequence != head + 1 { restart(at: entry.sequence - 1) }
            entries.append(entry)
            bytes += entry.bytes
        }
        if history.head > head { restart(at: history.head) }
        while entries.count > maximumMessages || bytes > Self.maximumBytes, let oldest = entries.popFirst() {
            bytes -= oldest.bytes
            base += 1
        }
        for (tier, sequence) in seen where sequence < base { seen[tier] = base }
    }

    private mutating func restart(at sequence: Int64) {
        entries.removeAll()
        bytes = 0
        base = sequence
    }

    /// Shows each tier what is due by now; what a tier has seen stays seen, whatever the clock does.
    package mutating func advance(to now: Int64) {
        for tier in Tier.allCases { seen[tier] = due(tier, at: now) }
    }

    /// In order: a message waits for the one before it.
    private func due(_ tier: Tier, at now: Int64) -> Int64 {
        let delay = delayMilliseconds[tier, default: 0]
        // Who is not delayed does not wait for the clock of the process that published.
        guard delay > 0 else { return head }
        var sequence = head(of: tier)
        while sequence < head, entries[Int(sequence - base)].createdAt + delay <= now { sequence += 1 }
        return sequence
    }

    // MARK: Reading

    /// Where a reader starts that had everything up to a position; nil: that had nothing yet.
    package func start(after position: Int64?, tier: Tier, now: Int64) -> Start {
        guard let position, position >= base, position <= due(tier, at: now + Self.clockTolerance) else {
            return Start(sequence: head(of: tier), isRecovered: false)
        }
        return Start(sequence: position, isRecovered: true)
    }

    /// What comes next for a reader of a tier.
    package func page(after position: Int64, tier: Tier) -> Page {
        guard position >= base else { return .gone }
        let end = head(of: tier)
        guard position < end else { return .nothing }
        var buffer = ByteBuffer()
        var sequence = position
        while sequence < end, buffer.readableBytes < Self.pageBytes {
            let entry = entries[Int(sequence - base)]
            sequence = entry.sequence
            PreparedFrame.append(text: frame(of: entry, tier: tier).utf8, to: &buffer)
        }
        return .frames(buffer, through: sequence)
    }

    private func frame(of entry: ChannelEntry, tier: Tier) -> String {
        let delay = delayMilliseconds[tier, default: 0] / 1000
        let delayed = delay > 0 ? ",\"delaySeconds\":\(delay)" : ""
        return "{\"type\":\"\(type)\",\"sequence\":\(entry.sequence)\(delayed),\(entry.payload(for: tier).dropFirst())"
    }
}

extension ChannelEntry {
    fileprivate var bytes: Int { payload.utf8.count + (lockedPayload?.utf8.count ?? 0) }
}

extension ChannelKey {
    /// The `type` of its messages.
    fileprivate var messageType: String {
        switch self {
        case .signals: "signal"
        case .pumps: "pump"
        case .notifications: "notification"
        }
    }
}
