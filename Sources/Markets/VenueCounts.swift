/// What a venue's adapter has done since it started, and what it had to put up with.
package struct VenueCounts: Hashable, Sendable {
    /// WebSocket messages received.
    package var messages = 0
    /// Market events delivered from them.
    package var events = 0
    /// Messages and rows that could not be understood, by reason.
    package var refusals: [String: Int] = [:]
    /// Connections that ended or were not made, by reason.
    package var faults: [String: Int] = [:]
    /// Streams that the venue would not give.
    package var refusedStreams = 0
    /// Messages about an order book that said nothing which the book did not hold already.
    package var repeatedBookMessages = 0

    package init() {}

    package mutating func add(_ other: VenueCounts) {
        messages += other.messages
        events += other.events
        refusals.merge(other.refusals, uniquingKeysWith: +)
        faults.merge(other.faults, uniquingKeysWith: +)
        refusedStreams += other.refusedStreams
        repeatedBookMessages += other.repeatedBookMessages
    }
}
