package import Foundation
package import Markets

/// Which signals are asked for.
package struct SignalQuery: Hashable, Sendable {
    package static let maximumLimit = 200
    package static let defaultLimit = 50

    package enum Status: String, CaseIterable, Sendable {
        case active, closed, cancelled
    }

    package var sight: SignalSight
    package var symbol: Symbol?
    package var status: Status?
    package var venue: Venue?
    package var direction: SignalDirection?
    /// Percent.
    package var minConfidence: Int?
    package var limit = defaultLimit
    /// The last signal of the page before.
    package var after: SignalPlace?

    package init(sight: SignalSight) { self.sight = sight }

    /// Whether locked signals can be among the answer.
    ///
    /// A filter that tells them apart would say what is kept from the caller: of a locked signal only its symbol is known.
    package var includesLocked: Bool { status == nil && venue == nil && direction == nil && minConfidence == nil }
}

/// Which of those that are over are asked for.
package struct SignalHistoryQuery: Hashable, Sendable {
    package var sight: SignalSight
    package var symbol: Symbol?
    package var strategy: String?
    package var limit = SignalQuery.defaultLimit
    /// The last signal of the page before.
    package var after: SignalPlace?

    package init(sight: SignalSight) { self.sight = sight }
}

/// Where a signal stands in a list: its birth or its end, whichever the list goes by.
package struct SignalPlace: Hashable, Sendable {
    package let time: MarketTime
    package let id: UUID

    package init(time: MarketTime, id: UUID) {
        self.time = time
        self.id = id
    }

    /// Nil for what ``text`` never says.
    package init?(text: String) {
        let parts = text.split(separator: "_", maxSplits: 1)
        guard parts.count == 2, let time = Int64(parts[0]), (0...253_402_300_799_999).contains(time),
            let id = UUID(uuidString: String(parts[1]))
        else { return nil }
        self.init(time: MarketTime(milliseconds: time), id: id)
    }

    package var text: String { "\(time.milliseconds)_\(id.uuidString.lowercased())" }
}
