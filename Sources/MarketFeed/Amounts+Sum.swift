import Markets

extension Quantity {
    /// The sum, or nil when it leaves the range.
    func adding(_ other: Quantity) -> Quantity? { value.adding(other.value).map(Quantity.init) }
}

extension Money {
    /// The sum, or nil when it leaves the range.
    func adding(_ other: Money) -> Money? { value.adding(other.value).map(Money.init) }
}
