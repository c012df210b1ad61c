/// What all symbols share at one moment.
struct MarketFigures {
    /// Mean move by window of ``FeatureWindows/moves``.
    let moves: [Double]
    /// Mean volatility of a week, of a day, and of a month over the symbols.
    let weekVolatility: Double
    let dayVolatility: Double
    let monthVolatility: Double
    /// The leader's moves of 1, 4 and 24 candles, in its own volatility.
    let leaderMoves: [Double]
    /// Each symbol's place among all by its move of 4, 24 and 168 candles in its own volatility, −0.5…0.5.
    let ranks: [[Double]]
    /// How far apart the symbols' moves of a day are, in their own volatility.
    let dispersion: Double

    init(_ histories: [SymbolHistory], leader: SymbolHistory) {
        let count = Double(histories.count)
        let week = histories.map { $0.volatility(FeatureWindows.week) }
        moves = FeatureWindows.moves.map { window in histories.reduce(0) { $0 + $1.move(window) } / count }
        weekVolatility = week.reduce(0, +) / count
        dayVolatility = histories.reduce(0) { $0 + $1.volatility(FeatureWindows.day) } / count
        monthVolatility = histories.reduce(0) { $0 + $1.volatility(FeatureWindows.month) } / count
        let leaderVolatility = leader.volatility(FeatureWindows.week)
        leaderMoves = [1, 4, 24].map { leader.move($0) / (leaderVolatility * Double($0).squareRoot()) }
        ranks = [4, 24, 168].map { window in
            let moves = zip(histories, week).map { $0.move(window) / $1 }
            return moves.map { own in
                let below = moves.reduce(0.0) { $0 + ($1 < own ? 1 : $1 == own ? 0.5 : 0) } - 0.5
                return below / (count - 1) - 0.5
            }
        }
        let days = zip(histories, week).map { $0.move(FeatureWindows.day) / ($1 * 24.0.squareRoot()) }
        let mean = days.reduce(0, +) / count
        dispersion = (days.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
    }
}
