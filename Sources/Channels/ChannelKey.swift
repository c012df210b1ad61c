package import Foundation

/// A stream of messages whose every message has a number, without a hole.
package enum ChannelKey: Hashable, Sendable {
    case signals
    case pumps
    /// What one user is told.
    case notifications(of: UUID)

    /// Messages that are kept for those who were away; older ones go when a new one comes.
    package var keptMessages: Int {
        switch self {
        case .signals, .pumps: 10_000
        case .notifications: 200
        }
    }

    /// Days after which a message goes in any case.
    package static let keptDays = 7

    /// Its name in the database.
    package var name: String {
        switch self {
        case .signals: "signals"
        case .pumps: "pumps"
        case .notifications(let user): Self.personal + user.uuidString.lowercased()
        }
    }

    /// The channel of a name; nil when there is none.
    package init?(name: String) {
        switch name {
        case "signals": self = .signals
        case "pumps": self = .pumps
        default:
            guard name.hasPrefix(Self.personal),
                let user = UUID(uuidString: String(name.dropFirst(Self.personal.count)))
            else { return nil }
            self = .notifications(of: user)
        }
    }

    /// Whose it is; nil: everybody's.
    package var owner: UUID? { if case .notifications(let user) = self { user } else { nil } }

    private static let personal = "notifications:"
}
