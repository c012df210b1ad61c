package import Markets

/// What a decoder must know of a market to put the venue's figures into ours.
package struct Market: Hashable, Sendable {
    /// The place in its ``MarketTable``, counted from 0: a decoder may keep arrays beside it.
    package let index: Int
    package let symbol: Symbol
    /// As in ``Instrument/multiplier``.
    package let multiplier: Int64
    /// As in ``Instrument/contractSize``.
    package let contractSize: Quantity?

    init(index: Int, _ instrument: Instrument) {
        self.index = index
        symbol = instrument.symbol
        multiplier = instrument.multiplier
        contractSize = instrument.contractSize
    }

    /// The price of one unit of the asset; nil outside the representable range.
    package func price(_ value: FixedPoint) -> Price? {
        guard multiplier != 1 else { return Price(value) }
        return FixedPoint(units: Int128(multiplier) * FixedPoint.one).flatMap { value.divided(by: $0) }.map(Price.init)
    }

    /// An amount that the venue counts in its base; nil outside the representable range.
    package func quantity(_ value: FixedPoint) -> Quantity? {
        guard multiplier != 1 else { return Quantity(value) }
        let (units, overflow) = value.units.multipliedReportingOverflow(by: Int128(multiplier))
        return overflow ? nil : FixedPoint(units: units).map(Quantity.init)
    }

    /// An amount that the venue counts in contracts; nil outside the representable range.
    package func contracts(_ value: FixedPoint) -> Quantity? {
        guard let contractSize else { return quantity(value) }
        return value.multiplied(by: contractSize.value).map(Quantity.init)
    }
}
