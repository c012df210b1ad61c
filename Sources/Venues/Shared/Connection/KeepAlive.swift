import NIOCore

/// When to send a ping over an open connection, and whether one went unanswered; part of ``ConnectionMachine``.
struct KeepAlive: Sendable {
    private let ping: ConnectionPolicy.Ping?
    private var sentAt: NIODeadline?
    private var nextAt: NIODeadline

    init(_ ping: ConnectionPolicy.Ping?, openedAt: NIODeadline) {
        self.ping = ping
        nextAt = openedAt + (ping?.interval ?? .zero)
    }

    mutating func answered() { sentAt = nil }

    /// When silence after a ping is a fault: data that came since shows the connection to be alive as well.
    func due(_ heard: LastHeard) -> NIODeadline? {
        guard let ping, let sentAt, (heard.any ?? sentAt) <= sentAt else { return nil }
        return sentAt + ping.deadline
    }

    var nextDeadline: NIODeadline? { ping == nil ? nil : nextAt }

    /// The text to send now, if it is time.
    mutating func next(at now: NIODeadline, _ heard: LastHeard) -> String? {
        guard let ping, now >= nextAt else { return nil }
        nextAt = now + ping.interval
        if due(heard) == nil { sentAt = now }
        return ping.text
    }
}
