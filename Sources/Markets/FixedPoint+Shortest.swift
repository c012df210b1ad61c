extension FixedPoint {
    /// The decimal with the fewest places that reads back as this floating-point number: what its sender wrote.
    ///
    /// For figures that a venue writes as JSON numbers, which parsers hand on in binary. Exact for up to 15 digits,
    /// wherever the point is; of a longer one the first 15 digits are kept. Nil for what is not finite, has its first
    /// digit behind the 18th place, or leaves the range.
    package init?(shortest value: Double) {
        for places in 0...Self.places {
            let scaled = (value * Self.doublePowers[places]).rounded()
            guard scaled.magnitude <= 0x1p53 else {
                self.init(rounding: value, places: Self.places)
                return
            }
            // Both are exact in binary, so their quotient is what any reader makes of the decimal text.
            guard scaled / Self.doublePowers[places] == value else { continue }
            self.init(units: Int128(scaled) * Self.powersOfTen[Self.places - places])
            return
        }
        return nil
    }

    /// 10⁰ … 10¹⁸, all of them exact.
    private static let doublePowers = powersOfTen.prefix(places + 1).map { Double($0) }
}
