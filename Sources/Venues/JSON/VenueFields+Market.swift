import Markets

/// Figures of one market, put into our units.
extension VenueFields {
    /// A price above zero.
    func price(_ name: Name, of market: borrowing Market) throws(FrameRefusal) -> Price {
        guard let price = market.price(try positive(name)), price.value.isPositive else {
            throw FrameRefusal(.valueOutOfRange, field: name.key)
        }
        return price
    }

    /// An amount of zero or more, or above zero where asked.
    func quantity(
        _ name: Name,
        of market: borrowing Market,
        inContracts: Bool = false,
        above isPositive: Bool = false
    ) throws(FrameRefusal) -> Quantity {
        let amount = try nonNegative(name)
        guard let quantity = inContracts ? market.contracts(amount) : market.quantity(amount),
            quantity.value.isPositive || !isPositive
        else { throw FrameRefusal(.valueOutOfRange, field: name.key) }
        return quantity
    }
}

extension VenueRow {
    /// A price above zero.
    func price(_ column: Int, of market: borrowing Market) throws(FrameRefusal) -> Price {
        guard let price = market.price(try decimal(column, above: true)), price.value.isPositive else {
            throw FrameRefusal(.valueOutOfRange, field: String(column))
        }
        return price
    }

    /// An amount of zero or more.
    func quantity(_ column: Int, of market: borrowing Market) throws(FrameRefusal) -> Quantity {
        guard let quantity = market.quantity(try decimal(column)) else {
            throw FrameRefusal(.valueOutOfRange, field: String(column))
        }
        return quantity
    }

    /// An instant in milliseconds, written as text.
    func timeText(_ column: Int) throws(FrameRefusal) -> MarketTime {
        guard let utf8 = self[column].utf8, let milliseconds = Int64(utf8: utf8) else {
            throw FrameRefusal(.fieldWrongType, field: String(column))
        }
        guard let time = MarketTime(venueTime: milliseconds) else {
            throw FrameRefusal(.valueOutOfRange, field: String(column))
        }
        return time
    }
}
