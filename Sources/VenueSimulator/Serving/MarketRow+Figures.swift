import Markets

/// What the tickers of most venues are made of; zeros and the last price where nothing was traded.
extension MarketRow {
    var last: FixedPoint { day.last?.price.value ?? day.bar?.close.value ?? day.previousClose?.value ?? .zero }
    var lastQuantity: FixedPoint { day.last?.quantity.value ?? .zero }
    var open: FixedPoint { day.bar?.open.value ?? last }
    var high: FixedPoint { day.bar?.high.value ?? last }
    var low: FixedPoint { day.bar?.low.value ?? last }
    /// As the market counts quantities: base asset or contracts.
    var volume: FixedPoint { day.bar?.volume.value ?? .zero }
    var baseVolume: FixedPoint { listing.base(Quantity(volume)).value }
    var quoteVolume: FixedPoint { day.bar?.quoteVolume.value ?? .zero }
    var change: FixedPoint { last.subtracting(open) ?? .zero }
    /// A fraction, rounded to so many places.
    func changeFraction(places: Int) -> FixedPoint {
        guard open.isPositive else { return .zero }
        return FixedPoint(rounding: change.double / open.double, places: places) ?? .zero
    }
    /// Open interest in quote asset.
    var openInterestValue: FixedPoint {
        guard let figures else { return .zero }
        return (figures.markPrice * listing.base(figures.openInterest))?.value ?? .zero
    }
}
