import Markets

/// Reads one side of a book: an array of `[price, quantity, …]`, the figures as text or as numbers.
struct LevelReader: ~Copyable {
    /// Room is made at once for as many levels as any venue sends; more are taken as they come.
    private static let commonLevels = 1000

    private var rows = VenueRows(columns: 2, capacity: 32)

    /// - Parameters:
    ///   - side: the array; absent or null for a side without a level.
    ///   - market: whose units the figures are in.
    ///   - inContracts: whether the venue counts contracts here.
    ///   - name: the venue's name of the side, for refusals.
    /// - Returns: the levels in the venue's order.
    /// - Throws: what is wrong with the first level that is.
    mutating func read(
        _ side: VenueValue,
        of market: borrowing Market,
        inContracts: Bool = false,
        name: StaticString
    ) throws(FrameRefusal) -> [BookLevel] {
        guard side.isArray else {
            if side.isAbsent || side.isNull { return [] }
            throw FrameRefusal(.fieldWrongType, field: "\(name)")
        }
        var levels: [BookLevel] = []
        levels.reserveCapacity(min(side.count, Self.commonLevels))
        let areRows = try rows.forEach(side) { row throws(FrameRefusal) in
            guard let price = VenueValue(row[0]).decimal, let amount = VenueValue(row[1]).decimal else {
                throw FrameRefusal(.decimalInvalid, field: "\(name)")
            }
            guard price.isPositive, !amount.isNegative, let price = market.price(price),
                let quantity = inContracts ? market.contracts(amount) : market.quantity(amount)
            else { throw FrameRefusal(.valueOutOfRange, field: "\(name)") }
            levels.append(BookLevel(price: price, quantity: quantity))
        }
        guard areRows else { throw FrameRefusal(.shapeUnknown, field: "\(name)") }
        return levels
    }
}
