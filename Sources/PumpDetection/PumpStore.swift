package import Foundation
package import Markets

/// Where pumps are kept, and from where everybody hears of them.
///
/// Of several processes that see the same pump, one tells of it: whoever stored it first, as long as it keeps saying so.
package struct PumpStore: Sendable {
    /// Whether a pump was stored.
    package enum Saved: Hashable, Sendable {
        /// Under its own id.
        case asOwn
        /// As the next step of a pump whose teller is gone.
        case takenOver
        /// Not at all: another process tells of the same pump.
        case elsewhere
    }

    /// Stores the pump as it is now together with the message on the channel, both or neither.
    ///
    /// What is stored as it is already, is not said again.
    package var save: @Sendable (_ pump: Pump, _ teller: PumpTeller) async throws -> Saved
    /// Newest first.
    package var list: @Sendable (_ query: PumpQuery) async throws -> [Pump]
    /// Who wants to be told of a pump of the symbol now; each alert is given out once per cooldown.
    package var watchers: @Sendable (_ symbol: Symbol, _ now: Date) async throws -> [UUID]
    /// Goes on telling of the pumps under way on these markets, also of those whose teller is gone, and ends what nobody
    /// has told of for a lease longer.
    package var keep: @Sendable (_ markets: Set<PumpMarket>, _ teller: PumpTeller) async throws -> Void

    package init(
        save: @escaping @Sendable (_ pump: Pump, _ teller: PumpTeller) async throws -> Saved,
        list: @escaping @Sendable (_ query: PumpQuery) async throws -> [Pump],
        watchers: @escaping @Sendable (_ symbol: Symbol, _ now: Date) async throws -> [UUID],
        keep: @escaping @Sendable (_ markets: Set<PumpMarket>, _ teller: PumpTeller) async throws -> Void
    ) {
        self.save = save
        self.list = list
        self.watchers = watchers
        self.keep = keep
    }
}

/// A process that tells of pumps, at some moment.
package struct PumpTeller: Sendable {
    /// Seconds for which a process may be silent before another one takes its pumps over.
    package static let leaseSeconds = 30.0

    package let id: UUID
    package let now: Date
    /// The pump as the channel has it.
    package let message: @Sendable (Pump) -> String

    package init(id: UUID, now: Date, message: @escaping @Sendable (Pump) -> String) {
        self.id = id
        self.now = now
        self.message = message
    }

    package var leaseEnd: Date { now.addingTimeInterval(Self.leaseSeconds) }
}

/// A symbol on a venue.
package struct PumpMarket: Hashable, Sendable {
    package let symbol: Symbol
    package let venue: Venue

    package init(of pump: Pump) {
        symbol = pump.symbol
        venue = pump.venue
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
