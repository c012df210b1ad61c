/// What is kept of each candle of a symbol, to compute features from.
enum FeatureColumn: Int, CaseIterable {
    case high, low
    /// Natural logarithm of the close.
    case logClose
    /// Change of it since the candle before; the square, and the magnitude of it.
    case change, changeSquared, changeMagnitude
    /// Wilder's true range, in quote asset.
    case trueRange
    case volume, logVolume
    /// Volume times where the close lies between low (−1) and high (1).
    case pressedVolume
    /// Volume with the sign of the change.
    case signedVolume
    /// Magnitude of the change by volume in quote asset (Amihud's illiquidity).
    case illiquidity
    /// Change of this symbol times that of the market, and the latter's square.
    case changeTimesMarket, marketSquared
}
