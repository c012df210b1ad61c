import DequeModule
import Synchronization

/// Tickets that open one socket each within half a minute, so that an access token need not stand in an address.
///
/// They live in this process's memory alone. Bounded: when there are too many the oldest stops being good.
package final class SocketTickets: Sendable {
    private struct State {
        var tokens: [String: String] = [:]
        /// Oldest first, those already used among them.
        var issued: Deque<(ticket: String, endsAt: Int64)> = []
    }

    /// Seconds from issue until a ticket is good no more.
    package static let lifetimeSeconds = 30
    /// Some 600 bytes each.
    package static let maximum = 20_000

    private let state = Mutex(State())
    private let maximum: Int
    private let now: @Sendable () -> Int64

    /// - Parameters:
    ///   - maximum: tickets that are good at once.
    ///   - now: milliseconds of a clock that never goes back.
    package init(maximum: Int = SocketTickets.maximum, now: @escaping @Sendable () -> Int64) {
        self.maximum = maximum
        self.now = now
    }

    /// Makes a ticket that stands for the token: 256 random bits as hexadecimal digits.
    package func issue(for token: String) -> String {
        let ticket = (0..<4).map { _ in Self.digits(.random(in: .min ... .max)) }.joined()
        state.withLock { state in
            let now = now()
            while let oldest = state.issued.first, oldest.endsAt <= now || state.issued.count >= maximum {
                state.issued.removeFirst()
                state.tokens[oldest.ticket] = nil
            }
            state.issued.append((ticket, now + Int64(Self.lifetimeSeconds) * 1_000))
            state.tokens[ticket] = token
        }
        return ticket
    }

    /// The token that the ticket stands for, once; nil when it is unknown, used or too old.
    package func redeem(_ ticket: String) -> String? {
        state.withLock { state in
            let now = now()
            while let oldest = state.issued.first, oldest.endsAt <= now {
                state.issued.removeFirst()
                state.tokens[oldest.ticket] = nil
            }
            return state.tokens.removeValue(forKey: ticket)
        }
    }

    private static func digits(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
