import Markets

extension MultipliedAsset {
    /// A step of the listed unit's price, for one unit of the asset; nil outside the representable range.
    func price(_ step: FixedPoint) -> Price? {
        FixedPoint(units: Int128(multiplier) * FixedPoint.one).flatMap { step.divided(by: $0) }.map(Price.init)
    }

    /// An amount of listed units, in units of the asset; nil outside the representable range.
    func quantity(_ amount: FixedPoint) -> Quantity? {
        let (units, overflow) = amount.units.multipliedReportingOverflow(by: Int128(multiplier))
        return overflow ? nil : FixedPoint(units: units).map(Quantity.init)
    }
}
