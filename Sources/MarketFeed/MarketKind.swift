package import Markets

/// What kind of market: each comes over connections of its own, so each falls silent by itself.
package enum MarketKind: Int, CaseIterable, Hashable, Sendable {
    case spot, perpetual

    package init(_ symbol: Symbol) { self = symbol.isPerpetual ? .perpetual : .spot }
}

/// One value for each kind of market.
struct PerKind<Value: Sendable>: Sendable {
    private var spot: Value
    private var perpetual: Value

    init(repeating value: Value) {
        spot = value
        perpetual = value
    }

    subscript(kind: MarketKind) -> Value {
        get { kind == .spot ? spot : perpetual }
        set { if kind == .spot { spot = newValue } else { perpetual = newValue } }
    }
}
