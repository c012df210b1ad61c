import Accounts
import Channels
import Synchronization

/// A channel's window, shared by the event loops and the relay that fills it.
///
/// A page is encoded once for all readers of a tier that stand at the same number, on whatever loop they are.
final class ChannelStream: Sendable {
    private struct State {
        var window: ChannelWindow
        /// The last page of each tier.
        var pages: [Tier: (after: Int64, end: Int64, page: ChannelWindow.Page)] = [:]
    }

    let key: ChannelKey
    private let state: Mutex<State>
    // Read by every socket at every tick, without the lock.
    private let freeHead = Atomic<Int64>(0)
    private let proHead = Atomic<Int64>(0)
    private let premiumHead = Atomic<Int64>(0)
    private let vipHead = Atomic<Int64>(0)
    let delaySeconds: @Sendable (Tier) -> Int

    /// Creates a stream of what the log has of a channel.
    init(_ key: ChannelKey, history: ChannelHistory, now: Int64, delaySeconds: @escaping @Sendable (Tier) -> Int) {
        self.key = key
        self.delaySeconds = delaySeconds
        state = Mutex(State(window: ChannelWindow(key, base: history.base, delaySeconds: delaySeconds)))
        append(history, now: now)
    }

    /// The last number.
    var head: Int64 { state.withLock { $0.window.head } }

    /// The number before the oldest message.
    var base: Int64 { state.withLock { $0.window.base } }

    func append(_ history: ChannelHistory, now: Int64) {
        state.withLock { state in
            state.window.append(history)
            state.pages = [:]
            advance(&state, to: now)
        }
    }

    /// Begins anew with more of the past.
    func reload(_ history: ChannelHistory, now: Int64) {
        state.withLock { state in
            state.window = ChannelWindow(key, base: history.base, delaySeconds: delaySeconds)
            state.window.append(history)
            state.pages = [:]
            advance(&state, to: now)
        }
    }

    func advance(to now: Int64) { state.withLock { advance(&$0, to: now) } }

    private func advance(_ state: inout State, to now: Int64) {
        state.window.advance(to: now)
        for tier in Tier.allCases { show(state.window.head(of: tier), to: tier) }
    }

    /// The last number that a tier may see.
    func head(of tier: Tier) -> Int64 {
        switch tier {
        case .free: freeHead.load(ordering: .acquiring)
        case .pro: proHead.load(ordering: .acquiring)
        case .premium: premiumHead.load(ordering: .acquiring)
        case .vip: vipHead.load(ordering: .acquiring)
        }
    }

    func start(after position: Int64?, tier: Tier, now: Int64) -> ChannelWindow.Start {
        state.withLock { state in
            advance(&state, to: now)
            return state.window.start(after: position, tier: tier, now: now)
        }
    }

    func page(after position: Int64, tier: Tier) -> ChannelWindow.Page {
        state.withLock { state in
            let end = state.window.head(of: tier)
            if let known = state.pages[tier], known.after == position, known.end == end { return known.page }
            let page = state.window.page(after: position, tier: tier)
            // One user's messages have few readers, and there are many users.
            if key.owner == nil { state.pages[tier] = (position, end, page) }
            return page
        }
    }

    private func show(_ head: Int64, to tier: Tier) {
        switch tier {
        case .free: freeHead.store(head, ordering: .releasing)
        case .pro: proHead.store(head, ordering: .releasing)
        case .premium: premiumHead.store(head, ordering: .releasing)
        case .vip: vipHead.store(head, ordering: .releasing)
        }
    }
}
