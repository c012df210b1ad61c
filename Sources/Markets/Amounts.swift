/// A price: quote asset per one unit of base asset.
@usableFromInline package struct Price: Hashable, Comparable, Sendable, CustomStringConvertible {
    @usableFromInline package let value: FixedPoint

    @inlinable package init(_ value: FixedPoint) { self.value = value }

    /// Nil unless the text is a plain decimal within the range of ``FixedPoint``.
    package init?(_ text: some StringProtocol) {
        guard let value = FixedPoint(text) else { return nil }
        self.init(value)
    }

    @usableFromInline package var description: String { value.description }
    @inlinable package static func < (left: Price, right: Price) -> Bool { left.value < right.value }

    /// The notional: what the quantity costs at this price, or nil outside the representable range.
    package static func * (price: Price, quantity: Quantity) -> Money? {
        price.value.multiplied(by: quantity.value).map(Money.init)
    }
}

/// An amount of the base asset.
@usableFromInline package struct Quantity: Hashable, Comparable, Sendable, CustomStringConvertible {
    @usableFromInline package let value: FixedPoint

    package static let zero = Quantity(.zero)

    @inlinable package init(_ value: FixedPoint) { self.value = value }

    /// Nil unless the text is a plain decimal within the range of ``FixedPoint``.
    package init?(_ text: some StringProtocol) {
        guard let value = FixedPoint(text) else { return nil }
        self.init(value)
    }

    @usableFromInline package var description: String { value.description }
    @inlinable package static func < (left: Quantity, right: Quantity) -> Bool { left.value < right.value }
}

/// An amount of the quote asset: a notional, a fee, a profit.
@usableFromInline package struct Money: Hashable, Comparable, Sendable, CustomStringConvertible {
    @usableFromInline package let value: FixedPoint

    package static let zero = Money(.zero)

    @inlinable package init(_ value: FixedPoint) { self.value = value }

    /// Nil unless the text is a plain decimal within the range of ``FixedPoint``.
    package init?(_ text: some StringProtocol) {
        guard let value = FixedPoint(text) else { return nil }
        self.init(value)
    }

    @usableFromInline package var description: String { value.description }
    @inlinable package static func < (left: Money, right: Money) -> Bool { left.value < right.value }
}
