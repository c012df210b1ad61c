/// What a feed has done since it started; brought up to date once a second.
package struct FeedCounts: Hashable, Sendable {
    /// WebSocket messages received.
    package var messages = 0
    /// Market events delivered from them.
    package var events = 0
    /// Messages and rows refused, by reason.
    package var refusals = RefusalCounts()

    package init() {}
}
