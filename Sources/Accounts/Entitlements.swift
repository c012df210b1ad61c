/// What a tier may do: the one place that says so, for requests, sockets and jobs alike.
///
/// It follows ``Caller/tier``, which the server looks up; nothing that a client sends has a part in it.
package struct Entitlements: Hashable, Sendable {
    /// A stream of messages that a socket may listen to.
    package enum Channel: String, CaseIterable, Sendable {
        case tickers, signals, pumps, notifications
    }

    package let channels: Set<Channel>
    /// Seconds after which a new signal is shown.
    package let signalDelaySeconds: Int
    /// Questions to the assistant in a day.
    package let aiRequestsPerDay: Int
    /// Sockets open at once.
    package let sockets: Int
    /// How many times the ordinary number of requests; a divisor of 60.
    package let requestAllowance: Int

    package init(
        channels: Set<Channel>,
        signalDelaySeconds: Int,
        aiRequestsPerDay: Int,
        sockets: Int,
        requestAllowance: Int
    ) {
        self.channels = channels
        self.signalDelaySeconds = signalDelaySeconds
        self.aiRequestsPerDay = aiRequestsPerDay
        self.sockets = sockets
        self.requestAllowance = requestAllowance
    }

    package static func of(_ tier: Tier) -> Entitlements {
        switch tier {
        case .free: free
        case .pro: pro
        case .premium: premium
        case .vip: vip
        }
    }

    private static let free = Entitlements(
        channels: [.tickers, .signals, .notifications],
        signalDelaySeconds: 900,
        aiRequestsPerDay: 0,
        sockets: 20,
        requestAllowance: 1
    )
    private static let pro = Entitlements(
        channels: Set(Channel.allCases),
        signalDelaySeconds: 60,
        aiRequestsPerDay: 50,
        sockets: 30,
        requestAllowance: 2
    )
    private static let premium = Entitlements(
        channels: Set(Channel.allCases),
        signalDelaySeconds: 10,
        aiRequestsPerDay: 200,
        sockets: 40,
        requestAllowance: 3
    )
    private static let vip = Entitlements(
        channels: Set(Channel.allCases),
        signalDelaySeconds: 0,
        aiRequestsPerDay: 1_000,
        sockets: 50,
        requestAllowance: 5
    )
}
