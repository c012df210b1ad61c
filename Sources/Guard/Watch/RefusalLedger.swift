package import Addressing

/// Refusals on their way into the record: the first of its kind at once, those like it once a minute as a number.
///
/// Else whoever floods the server with refused requests would flood the record, too. A value, told the time; bounded:
/// above ``maximumKinds`` kinds in a minute the rest share one line.
package struct RefusalLedger: Sendable {
    /// What refusals have in common that share a line.
    package struct Kind: Hashable, Sendable {
        package let reason: String
        /// The subscriber's; nil for those that found no line of their own.
        package let address: NetworkAddress?
    }

    /// One line for the record.
    package struct Line: Hashable, Sendable {
        package let kind: Kind
        package let count: Int
        /// Of the first, nil where it stands for several.
        package let visitor: Visitor?
    }

    package static let maximumKinds = 2_000

    private var counts: [Kind: Int] = [:]
    private var minute: Int64 = 0

    package init() {}

    /// Takes a refusal.
    ///
    /// - Parameters:
    ///   - reason: the answer's code.
    ///   - visitor: who was refused.
    ///   - milliseconds: now, on a clock that never goes back.
    /// - Returns: the lines that are due.
    package mutating func note(reason: String, by visitor: Visitor, at milliseconds: Int64) -> [Line] {
        var lines = close(before: milliseconds)
        var kind = Kind(reason: reason, address: visitor.address.subscriber)
        if counts[kind] == nil, counts.count >= Self.maximumKinds { kind = Kind(reason: "other", address: nil) }
        if let count = counts[kind] {
            counts[kind] = count + 1
        } else {
            counts[kind] = 0
            lines.append(Line(kind: kind, count: 1, visitor: visitor))
        }
        return lines
    }

    /// Ends the minute, if it is over.
    ///
    /// - Parameter milliseconds: now, on a clock that never goes back.
    /// - Returns: a line for each kind that came more than once.
    package mutating func close(before milliseconds: Int64) -> [Line] {
        let now = milliseconds / 60_000
        guard now != minute else { return [] }
        minute = now
        return closeAll()
    }

    /// Ends the minute now.
    package mutating func closeAll() -> [Line] {
        defer { counts = [:] }
        return counts.filter { $0.value > 0 }.map { Line(kind: $0.key, count: $0.value, visitor: nil) }
    }
}
