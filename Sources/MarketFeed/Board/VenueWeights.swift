import Markets

/// The volume-weighted means over several venues.
struct VenueWeights {
    /// Quote volume over all of them; nil outside the representable range.
    let total: Money?
    /// Rounded half away from zero to the finest price among the venues; nil outside the representable range.
    let price: Price?
    /// Nil when no venue has one.
    let change: PercentChange?

    /// Venues without any volume count equally.
    init(_ lines: [TickerSummary.Line]) {
        total = lines.reduce(Money.zero) { sum, line in sum?.adding(line.volume) }
        let isWeighted = total.map(\.value.isPositive) ?? false
        let weights = lines.map { isWeighted ? $0.volume.value : FixedPoint(units: FixedPoint.one) ?? .zero }
        price = Self.price(lines, weights: weights)
        change = Self.change(lines, weights: weights)
    }

    private static func price(_ lines: [TickerSummary.Line], weights: [FixedPoint]) -> Price? {
        var weighted = FixedPoint.zero
        var total = FixedPoint.zero
        for (line, weight) in zip(lines, weights) {
            guard let product = line.price.value.multiplied(by: weight),
                let sum = weighted.adding(product),
                let sumOfWeights = total.adding(weight)
            else { return nil }
            weighted = sum
            total = sumOfWeights
        }
        let places = lines.map(\.price.value.usedPlaces).max() ?? FixedPoint.places
        return weighted.divided(by: total)?.rounded(toPlaces: places).map(Price.init)
    }

    private static func change(_ lines: [TickerSummary.Line], weights: [FixedPoint]) -> PercentChange? {
        var weighted = 0.0
        var total = 0.0
        for (line, weight) in zip(lines, weights) {
            guard let change = line.change else { continue }
            weighted += Double(change.tenThousandths) * weight.double
            total += weight.double
        }
        guard total > 0, let rounded = Int64(exactly: (weighted / total).rounded()) else { return nil }
        return PercentChange(tenThousandths: rounded)
    }
}

extension FixedPoint {
    /// How many digits after the point are needed to write it.
    var usedPlaces: Int {
        guard !isZero else { return 0 }
        var rest = units.magnitude
        var places = Self.places
        while places > 0 {
            let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: 10)
            if remainder != 0 { break }
            rest = quotient
            places -= 1
        }
        return places
    }

    /// Rounded half away from zero; nil when rounding up leaves the range.
    func rounded(toPlaces places: Int) -> FixedPoint? {
        precondition((0...Self.places).contains(places), "a decimal has 0 to 18 places")
        var step: Int128 = 1
        for _ in places..<Self.places { step *= 10 }
        let (quotient, remainder) = units.quotientAndRemainder(dividingBy: step)
        let up: Int128 = remainder.magnitude >= step.magnitude - remainder.magnitude ? units.signum() : 0
        return FixedPoint(units: (quotient + up) * step)
    }
}
