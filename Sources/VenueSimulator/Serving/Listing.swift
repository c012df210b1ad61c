package import Markets

/// What is traded against what on the served venue, and in which steps.
package struct Listing: Hashable, Sendable {
    package enum State: Hashable, Sendable {
        case trading
        /// Listed, and nobody trades: the book stands still.
        case halted
        /// Gone but for its name: no book, no trades.
        case delisted
    }

    package let symbol: Symbol
    /// The venue's own spelling: `BTCUSDT`, `BTC-USDT-SWAP`, `BTC_USDT`.
    package let venueSymbol: String
    /// The base asset in the venue's words: `1000PEPE` where a thousand of them are the unit.
    package let base: String
    package let quote: String
    /// Digits after the point of a price: the tick is 10^−pricePlaces.
    package let pricePlaces: Int
    /// Digits after the point of a quantity: the lot is 10^−quantityPlaces.
    package let quantityPlaces: Int
    /// Base asset in one contract; nil where quantities are counted in the base asset.
    package let contractSize: FixedPoint?
    package let state: State

    package init(
        symbol: Symbol,
        venueSymbol: String? = nil,
        base: String,
        quote: String,
        pricePlaces: Int,
        quantityPlaces: Int,
        contractSize: FixedPoint? = nil,
        state: State = .trading
    ) {
        self.symbol = symbol
        self.venueSymbol = venueSymbol ?? symbol.text
        self.base = base
        self.quote = quote
        self.pricePlaces = pricePlaces
        self.quantityPlaces = quantityPlaces
        self.contractSize = contractSize
        self.state = state
    }

    package var isPerpetual: Bool { symbol.isPerpetual }
    package var tickSize: Price { price(ticks: 1) }
    package var lotSize: Quantity { quantity(lots: 1) }

    /// A quantity of this market in the base asset; quantities of contract markets are contracts.
    package func base(_ quantity: Quantity) -> Quantity {
        guard let contractSize else { return quantity }
        return quantity.value.multiplied(by: contractSize).map(Quantity.init) ?? quantity
    }

    func price(ticks: Int64) -> Price { Price(FixedPoint(ticks, places: pricePlaces)) }
    func quantity(lots: Int64) -> Quantity { Quantity(FixedPoint(lots, places: quantityPlaces)) }
    /// From a sum of products of ticks and lots.
    func money(_ units: Int64) -> Money {
        let value = FixedPoint(units, places: pricePlaces + quantityPlaces)
        guard let contractSize else { return Money(value) }
        return Money(value.multiplied(by: contractSize) ?? value)
    }
}

extension FixedPoint {
    /// A whole number of 10^−places.
    init(_ count: Int64, places: Int) {
        precondition((0...FixedPoint.places).contains(places), "a decimal has 0 to 18 places")
        // 64 bits are less than 10¹⁹, so the product stays inside ±(10²⁰ − 10⁻¹⁸) once places is at least 0.
        self = FixedPoint(units: Int128(count) * Self.scale[FixedPoint.places - places]) ?? .zero
    }

    /// 10⁰ … 10¹⁸.
    private static let scale: [Int128] = (0...FixedPoint.places).map { places in
        (0..<places).reduce(1 as Int128) { power, _ in power * 10 }
    }
}
