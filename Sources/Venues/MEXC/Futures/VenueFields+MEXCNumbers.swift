import Markets

/// Figures that the venue writes as JSON numbers, with an exponent now and then, put into our units.
extension VenueFields {
    /// A number of zero or more.
    func amount(_ name: Name) throws(FrameRefusal) -> FixedPoint {
        let value = try number(name)
        guard !value.isNegative else { throw FrameRefusal(.valueOutOfRange, field: name.key) }
        return value
    }

    /// A price above zero.
    func numericPrice(_ name: Name, of market: Market) throws(FrameRefusal) -> Price {
        guard let price = market.price(try amount(name)), price.value.isPositive else {
            throw FrameRefusal(.valueOutOfRange, field: name.key)
        }
        return price
    }

    /// A number of contracts as a quantity, zero or more.
    func contracts(_ name: Name, of market: Market) throws(FrameRefusal) -> Quantity {
        guard let quantity = market.contracts(try amount(name)) else {
            throw FrameRefusal(.valueOutOfRange, field: name.key)
        }
        return quantity
    }

    /// A time of whole seconds.
    func secondsTime(_ name: Name) throws(FrameRefusal) -> MarketTime {
        let (milliseconds, overflow) = try integer(name).multipliedReportingOverflow(by: 1000)
        guard !overflow, let time = MarketTime(venueTime: milliseconds) else {
            throw FrameRefusal(.valueOutOfRange, field: name.key)
        }
        return time
    }
}
