/// What a user has subscribed to, lowest first.
package enum Tier: String, CaseIterable, Hashable, Comparable, Sendable {
    case free, pro, premium, vip

    private var rank: Int {
        switch self {
        case .free: 0
        case .pro: 1
        case .premium: 2
        case .vip: 3
        }
    }

    package static func < (left: Tier, right: Tier) -> Bool { left.rank < right.rank }
}
