import Markets

/// The last day of one market, worked out when somebody first asks for it.
///
/// Until then only the open minute and those closed since the start are kept, so that a venue of hundreds of markets
/// starts at once and pays for those that are looked at.
struct MinuteRecord: Sendable {
    private var known: MinuteWindow?
    private var open: TickBar
    /// Minutes that were traded before anybody asked, oldest first; a day of them at most.
    private var closed: [TickBar] = []

    init(open: TickBar) {
        self.open = open
    }

    var current: TickBar { known?.current ?? open }

    mutating func add(_ draw: MinuteTrades.Draw) {
        if known != nil { known?.add(draw) } else { open.add(draw) }
    }

    /// Closes the open minute and opens the next.
    mutating func roll() -> TickBar {
        if let bar = known?.roll() { return bar }
        let bar = open
        closed.append(bar)
        if closed.count >= 2 * MinuteWindow.length { closed.removeFirst(MinuteWindow.length) }
        open = TickBar(minute: Int64(bar.minute) + 1, price: Int64(bar.close))
        return bar
    }

    /// The day up to now: as it was traded since the start, as history has it before.
    mutating func window(of market: SimulatedListing) -> MinuteWindow {
        if let known { return known }
        let first = Int64(open.minute) - Int64(MinuteWindow.length) + 1
        let begun = closed.first.map { Int64($0.minute) } ?? Int64(open.minute)
        let traded = closed.drop { Int64($0.minute) < first }
        let past = first < begun ? MinuteHistory(market: market).bars(first..<begun) : []
        let window = MinuteWindow(past: past + traded, current: open)
        known = window
        closed = []
        return window
    }
}
