import Markets

/// Keeps a single wild price from moving a market.
///
/// A price more than twice or less than half the last one is held back. When the next price says nearly the same, the
/// market has really jumped and both pass; when it is back near the last one, the wild price was an error and is
/// dropped. After five minutes without a price there is nothing left to compare with, and any price passes.
struct PriceGate: Sendable {
    enum Verdict: Equatable, Sendable {
        case pass
        /// Wait for a second witness; `dropped` when an earlier wild price found none.
        case hold(dropped: Bool)
        /// The held event was an error; this one passes.
        case passAfterError
        /// The held event was right; it passes first, then this one.
        case passWithHeld(MarketEvent)
    }

    static let memoryMilliseconds: Int64 = 300_000

    private var accepted: (price: Price, time: MarketTime)?
    private var held: (price: Price, event: MarketEvent)?

    mutating func judge(_ price: Price, of event: MarketEvent) -> Verdict {
        let isNear =
            accepted.map { known in
                Self.isWithinTwice(known.price, price)
                    || event.receivedTime.since(known.time) > Self.memoryMilliseconds
            } ?? true
        if isNear {
            accepted = (price, event.receivedTime)
            guard held != nil else { return .pass }
            held = nil
            return .passAfterError
        }
        guard let suspect = held else {
            held = (price, event)
            return .hold(dropped: false)
        }
        guard suspect.event != event, Self.isWithin(tenth: suspect.price, price) else {
            held = (price, event)
            return .hold(dropped: true)
        }
        accepted = (price, event.receivedTime)
        held = nil
        return .passWithHeld(suspect.event)
    }

    private static func isWithinTwice(_ left: Price, _ right: Price) -> Bool {
        // Shifted, not divided: a division of 128 bits is a call, and this runs for every trade.
        left.value.units >> 1 <= right.value.units && right.value.units >> 1 <= left.value.units
    }

    private static func isWithin(tenth left: Price, _ right: Price) -> Bool {
        let smaller = min(left.value.units, right.value.units)
        return max(left.value.units, right.value.units) - smaller <= smaller / 10
    }
}
