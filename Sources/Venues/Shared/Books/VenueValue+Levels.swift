import Markets

extension VenueValue {
    /// Room is made at once for as many levels as any venue sends; more are taken as they come.
    private static let commonLevels = 1000

    /// Reads one side of a book: an array of `[price, quantity, …]`, the figures as text or as numbers; absent or null for
    /// a side without a level.
    ///
    /// - Parameters:
    ///   - market: whose units the figures are in.
    ///   - inContracts: whether the venue counts contracts here.
    ///   - name: the venue's name of the side, for refusals.
    /// - Returns: the levels in the venue's order.
    /// - Throws: what is wrong with the first level that is.
    func levels(
        of market: borrowing Market,
        inContracts: Bool = false,
        name: StaticString
    ) throws(FrameRefusal) -> [BookLevel] {
        guard isArray else {
            if isAbsent || isNull { return [] }
            throw FrameRefusal(.fieldWrongType, field: "\(name)")
        }
        var levels: [BookLevel] = []
        levels.reserveCapacity(min(count, Self.commonLevels))
        try forEach { row throws(FrameRefusal) in
            guard let (price, amount) = row.pair else { throw FrameRefusal(.shapeUnknown, field: "\(name)") }
            guard let price = price.decimal, let amount = amount.decimal else {
                throw FrameRefusal(.decimalInvalid, field: "\(name)")
            }
            guard price.isPositive, !amount.isNegative, let price = market.price(price),
                let quantity = inContracts ? market.contracts(amount) : market.quantity(amount)
            else { throw FrameRefusal(.valueOutOfRange, field: "\(name)") }
            levels.append(BookLevel(price: price, quantity: quantity))
        }
        return levels
    }
}
