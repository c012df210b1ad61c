import Indicators

/// How far a value may be from the reference: 10⁻¹² of it, or a floor where the scale is given by something else.
struct OracleTolerance {
    private let candles: CandleColumns
    private let largestVolumes: [Double]

    /// Readings of 0 to 100, or 0 to −100, come from a quotient: near 0 only their distance counts.
    private static let percentScale = ["rsi", "di_", "dx", "adx", "stoch", "mfi", "willr", "aroon", "roc", "natr"]
    private static let relative = 1e-12

    init(_ candles: CandleColumns) {
        self.candles = candles
        var largest = 0.0
        largestVolumes = candles.volumes.map {
            largest = max(largest, $0)
            return largest
        }
    }

    func allows(_ got: Double, _ want: Double, of column: String, at index: Int) -> Bool {
        (got - want).magnitude <= max(Self.relative * want.magnitude, floor(of: column, at: index))
    }

    private func floor(of column: String, at index: Int) -> Double {
        if column.hasPrefix("supertrend_dir") { return 0 }
        if column == "obv" { return 1e-11 * largestVolumes[index] }
        if column.hasPrefix("cmf") { return 1e-11 }
        // The reference itself is off by so much where the prices of a window are one but for rounding.
        if column.hasPrefix("cci") { return 5e-8 }
        if Self.percentScale.contains(where: column.contains) { return 1e-9 }
        return 1e-13 * candles.closes[index]
    }
}
