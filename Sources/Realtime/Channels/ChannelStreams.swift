package import Accounts
import Channels
import Doorbells
import Foundation
import Synchronization

/// The streams that sockets read from, and who waits for one.
package final class ChannelStreams: Sendable {
    /// Somebody who wants to hear what a user is told.
    struct Opening: Sendable {
        let user: UUID
        /// What they have had; nil: nothing.
        let position: Int64?
        let answer: @Sendable (_ stream: ChannelStream?) -> Void
    }

    private struct Personal {
        let stream: ChannelStream
        var readers: Int
    }

    private struct State {
        var epoch = ""
        var signals: ChannelStream
        var pumps: ChannelStream
        /// Of users who have a reader here.
        var personal: [UUID: Personal] = [:]
        /// At most one of each socket.
        var openings: [Opening] = []
        /// Likewise.
        var latecomers: [@Sendable (_ isCurrent: Bool) -> Void] = []
        /// Told that somebody waits.
        var asked: @Sendable () -> Void = {}
    }

    private let state: Mutex<State>
    private let entitlements: @Sendable (Tier) -> Entitlements
    /// Milliseconds since 1970.
    private let now: @Sendable () -> Int64

    /// Empty ones, until a relay begins.
    ///
    /// - Parameters:
    ///   - entitlements: how late a tier sees a signal.
    ///   - now: milliseconds since 1970.
    package init(
        entitlements: @escaping @Sendable (Tier) -> Entitlements = Entitlements.of,
        now: @escaping @Sendable () -> Int64
    ) {
        self.entitlements = entitlements
        self.now = now
        let make = { (key: ChannelKey) in Self.stream(key, .empty, entitlements, now: now()) }
        state = Mutex(State(signals: make(.signals), pumps: make(.pumps)))
    }

    // MARK: For sockets

    /// Changes when nobody's position holds any more.
    package var epoch: String { state.withLock { $0.epoch } }

    var signals: ChannelStream { state.withLock { $0.signals } }

    var pumps: ChannelStream { state.withLock { $0.pumps } }

    /// Answers once what the user is told can be read from the position on, or with nil when the log cannot be read.
    ///
    /// Whoever got a stream gives it back with ``leave(_:)``.
    func open(_ opening: Opening) {
        let asked = state.withLock { state in
            state.openings.append(opening)
            return state.asked
        }
        asked()
    }

    /// Answers once everything is here that was committed before, or with false when the log cannot be read.
    func catchUp(_ answer: @escaping @Sendable (_ isCurrent: Bool) -> Void) {
        let asked = state.withLock { state in
            state.latecomers.append(answer)
            return state.asked
        }
        asked()
    }

    func leave(_ stream: ChannelStream) {
        guard let user = stream.key.owner else { return }
        state.withLock { state in
            // Not the one of another epoch.
            guard let known = state.personal[user], known.stream === stream else { return }
            state.personal[user] = known.readers > 1 ? Personal(stream: stream, readers: known.readers - 1) : nil
        }
    }

    /// Shows everybody what is due by now.
    func advance() {
        let now = now()
        for stream in state.withLock({ [$0.signals, $0.pumps] }) { stream.advance(to: now) }
    }

    // MARK: For the relay

    /// Calls the listener whenever somebody waits for an answer, on whatever thread.
    func onQuestion(_ asked: @escaping @Sendable () -> Void) { state.withLock { $0.asked = asked } }

    /// Whether a ring tells of something that somebody here has not got yet.
    func concerns(_ ring: Ring) -> Bool {
        switch ring {
        case .standing: false
        case .anything: true
        case .channel(let name, let sequence):
            ChannelKey(name: name).flatMap { stream(of: $0) }.map { $0.head < sequence } ?? false
        }
    }

    /// Begins anew, as a new epoch.
    func begin(epoch: String, signals: ChannelHistory, pumps: ChannelHistory) {
        let signals = stream(.signals, signals)
        let pumps = stream(.pumps, pumps)
        state.withLock { state in
            state.epoch = epoch
            state.signals = signals
            state.pumps = pumps
            state.personal = [:]
        }
    }

    func takeOpenings(atMost count: Int) -> [Opening] {
        state.withLock { state in
            let taken = state.openings.prefix(count)
            state.openings.removeFirst(taken.count)
            return Array(taken)
        }
    }

    /// Those who wait for what is committed by now.
    func takeLatecomers() -> [@Sendable (_ isCurrent: Bool) -> Void] {
        state.withLock { state in
            defer { state.latecomers = [] }
            return state.latecomers
        }
    }

    /// The stream of a channel; nil where nobody here reads it.
    func stream(of key: ChannelKey) -> ChannelStream? {
        state.withLock { state in
            switch key {
            case .signals: state.signals
            case .pumps: state.pumps
            case .notifications(let user): state.personal[user]?.stream
            }
        }
    }

    /// Gives those who wait for one user's messages their stream.
    func settle(_ openings: [Opening], _ history: ChannelHistory, of user: UUID) {
        let fresh = stream(.notifications(of: user), history)
        let stream = state.withLock { state in
            let known = state.personal[user]
            state.personal[user] = Personal(
                stream: known?.stream ?? fresh,
                readers: (known?.readers ?? 0) + openings.count
            )
            return known?.stream ?? fresh
        }
        if stream !== fresh {
            // The history was read after they came: it holds what another process has sent them already.
            if history.base < stream.base { stream.reload(history, now: now()) } else { append(history, to: stream) }
        }
        for opening in openings { opening.answer(stream) }
    }

    func append(_ history: ChannelHistory, to stream: ChannelStream) { stream.append(history, now: now()) }

    private func stream(_ key: ChannelKey, _ history: ChannelHistory) -> ChannelStream {
        Self.stream(key, history, entitlements, now: now())
    }

    private static func stream(
        _ key: ChannelKey,
        _ history: ChannelHistory,
        _ entitlements: @escaping @Sendable (Tier) -> Entitlements,
        now: Int64
    ) -> ChannelStream {
        ChannelStream(key, history: history, now: now) { tier in
            key == .signals ? entitlements(tier).signalDelaySeconds : 0
        }
    }
}
