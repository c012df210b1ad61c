package import Foundation
package import Markets

/// Where pumps are kept, and from where everybody hears of them.
package struct PumpStore: Sendable {
    /// Stores the pump as it is now together with the message on the channel, both or neither.
    package var save: @Sendable (_ pump: Pump, _ message: String) async throws -> Void
    /// Newest first.
    package var list: @Sendable (_ query: PumpQuery) async throws -> [Pump]
    /// Who wants to be told of a pump of the symbol now; each alert is given out once per cooldown.
    package var watchers: @Sendable (_ symbol: Symbol, _ now: Date) async throws -> [UUID]
    /// Ends what an earlier process has left open, since nobody watches it any more, and says so on the channel.
    package var abandon: @Sendable (_ now: Date, _ message: @escaping @Sendable (Pump) -> String) async throws -> Void

    package init(
        save: @escaping @Sendable (_ pump: Pump, _ message: String) async throws -> Void,
        list: @escaping @Sendable (_ query: PumpQuery) async throws -> [Pump],
        watchers: @escaping @Sendable (_ symbol: Symbol, _ now: Date) async throws -> [UUID],
        abandon:
            @escaping @Sendable (_ now: Date, _ message: @escaping @Sendable (Pump) -> String) async throws -> Void
    ) {
        self.save = save
        self.list = list
        self.watchers = watchers
        self.abandon = abandon
    }
}

/// Which pumps are asked for.
package struct PumpQuery: Hashable, Sendable {
    package static let maximumLimit = 200
    package static let defaultLimit = 50

    package var symbol: Symbol?
    package var venue: Venue?
    package var limit: Int
    /// The last pump of the page before.
    package var after: PumpPlace?

    package init(symbol: Symbol? = nil, venue: Venue? = nil, limit: Int = defaultLimit, after: PumpPlace? = nil) {
        self.symbol = symbol
        self.venue = venue
        self.limit = limit
        self.after = after
    }
}

/// Where a pump stands among all, by its start.
package struct PumpPlace: Hashable, Sendable {
    package let startedAt: MarketTime
    package let id: UUID

    package init(of pump: Pump) {
        startedAt = pump.startedAt
        id = pump.id
    }

    /// Nil for what ``text`` never says.
    package init?(text: String) {
        let parts = text.split(separator: "_", maxSplits: 1)
        guard parts.count == 2, let time = Int64(parts[0]), (0...253_402_300_799_999).contains(time),
            let id = UUID(uuidString: String(parts[1]))
        else { return nil }
        startedAt = MarketTime(milliseconds: time)
        self.id = id
    }

    package var text: String { "\(startedAt.milliseconds)_\(id.uuidString.lowercased())" }
}
