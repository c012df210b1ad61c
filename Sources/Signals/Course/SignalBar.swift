import Markets

/// The prices of one event: a trade's one, or a candle's first and extreme ones.
struct SignalBar: Hashable {
    let open: Price
    private let high: Price
    private let low: Price

    init(_ price: Price) {
        open = price
        high = price
        low = price
    }

    init(_ candle: Candle) {
        open = candle.open
        high = candle.high
        low = candle.low
    }

    func worst(_ direction: SignalDirection) -> Price { direction == .buy ? low : high }

    func best(_ direction: SignalDirection) -> Price { direction == .buy ? high : low }
}
