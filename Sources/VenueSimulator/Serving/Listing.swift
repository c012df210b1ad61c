package import Markets

/// What is traded against what on the served venue, and in which steps.
package struct Listing: Hashable, Sendable {
    package let symbol: Symbol
    package let base: String
    package let quote: String
    /// Digits after the point of a price: the tick is 10^−pricePlaces.
    package let pricePlaces: Int
    /// Digits after the point of a quantity: the lot is 10^−quantityPlaces.
    package let quantityPlaces: Int

    package init(symbol: Symbol, base: String, quote: String, pricePlaces: Int, quantityPlaces: Int) {
        self.symbol = symbol
        self.base = base
        self.quote = quote
        self.pricePlaces = pricePlaces
        self.quantityPlaces = quantityPlaces
    }

    package var tickSize: Price { price(ticks: 1) }
    package var lotSize: Quantity { quantity(lots: 1) }

    func price(ticks: Int64) -> Price { Price(FixedPoint(ticks, places: pricePlaces)) }
    func quantity(lots: Int64) -> Quantity { Quantity(FixedPoint(lots, places: quantityPlaces)) }
    /// From a sum of products of ticks and lots.
    func money(_ units: Int64) -> Money { Money(FixedPoint(units, places: pricePlaces + quantityPlaces)) }
}

extension FixedPoint {
    /// A whole number of 10^−places.
    init(_ count: Int64, places: Int) {
        precondition((0...FixedPoint.places).contains(places), "a decimal has 0 to 18 places")
        var units = Int128(count)
        for _ in places..<FixedPoint.places { units *= 10 }
        // 64 bits are less than 10¹⁹, so the product stays inside ±(10²⁰ − 10⁻¹⁸) once places is at least 0.
        self = FixedPoint(units: units) ?? .zero
    }
}
