import Foundation
import Indicators

/// The features of one symbol at one moment.
struct SymbolFigures {
    private let history: SymbolHistory
    private let market: MarketFigures
    /// Its place among the market's ranks.
    private let place: Int
    private let candle: CandleValues
    private let clock: (sine: Double, cosine: Double)
    private let day: Double
    private let week: Double
    private let month: Double
    /// Average true range of 14 candles, in quote asset.
    private let range: Double

    /// Nil where the market did not move, so that nothing can be measured in its moves.
    init?(_ history: SymbolHistory, place: Int, market: MarketFigures, clock: (sine: Double, cosine: Double)) {
        guard let candle = history.last else { return nil }
        self.history = history
        self.market = market
        self.place = place
        self.candle = candle
        self.clock = clock
        day = history.volatility(FeatureWindows.day)
        week = history.volatility(FeatureWindows.week)
        month = history.volatility(FeatureWindows.month)
        range = history.mean(.trueRange, 14)
        guard day > 0, week > 0, month > 0, range > 0 else { return nil }
    }

    /// Nil where a figure is no number.
    func row(symbol: Int) -> FeatureRow? {
        let row = FeatureRow(
            symbol: symbol,
            candle: candle,
            range: range / candle.close,
            directed: directed,
            undirected: undirected
        )
        guard (row.directed + row.undirected).allSatisfy(\.isFinite) else { return nil }
        return row
    }

    // MARK: With a direction

    private var directed: [Double] {
        var values: [Double] = []
        values.reserveCapacity(FeatureNames.directed.count)
        for (window, marketMove) in zip(FeatureWindows.moves, market.moves) {
            let scale = week * Double(window).squareRoot()
            let own = history.move(window)
            values.append(own / scale)
            values.append(marketMove / (market.weekVolatility * Double(window).squareRoot()))
            values.append((own - marketMove) / scale)
        }
        values += market.ranks.map { $0[place] } + market.leaderMoves
        values.append(residual)
        values += [12, 24, 72, 168, 480].map(placeInRange)
        values += [24, 200].map { (history.value(.logClose) - history.mean(.logClose, $0)) / week }
        values += [strength(4), strength(14)]
        values.append((candle.close - candle.open) / range)
        values.append(closeLocation)
        values.append(part(history.sum(.pressedVolume, 24), of: history.sum(.volume, 24)))
        values.append(part(history.sum(.signedVolume, 72), of: history.sum(.volume, 72)))
        values.append(volumeScore * history.move(1) / week)
        values.append(season)
        let scale = month * Double(FeatureWindows.month).squareRoot()
        values.append((history.value(.logClose) - log(history.highest(FeatureWindows.month))) / scale)
        values.append((history.value(.logClose) - log(history.lowest(FeatureWindows.month))) / scale)
        return values
    }

    /// The day's move without what the market's explains.
    private var residual: Double {
        let marketMove = market.moves[FeatureWindows.moves.firstIndex(of: 24) ?? 0]
        return (history.move(24) - beta * marketMove) / (week * 24.0.squareRoot())
    }

    /// Where the close lies between the lowest and the highest price: −0.5…0.5.
    private func placeInRange(_ window: Int) -> Double {
        let low = history.lowest(window)
        return part(candle.close - low, of: history.highest(window) - low) - 0.5
    }

    /// Gains as a part of gains and losses, −0.5…0.5: relative strength without a memory beyond its window.
    private func strength(_ window: Int) -> Double {
        0.5 * part(history.sum(.change, window), of: history.sum(.changeMagnitude, window))
    }

    /// Where the close lies between low and high: −1…1.
    private var closeLocation: Double {
        part(2 * candle.close - candle.low - candle.high, of: candle.high - candle.low)
    }

    /// What the hours ahead brought on the days before, in the volatility of a week.
    private var season: Double {
        var sum = 0.0
        for days in 1...FeatureWindows.seasonDays {
            sum += history.sum(.change, FeatureWindows.seasonHours, back: 24 * days - FeatureWindows.seasonHours)
        }
        return sum / (week * Double(FeatureWindows.seasonDays * FeatureWindows.seasonHours).squareRoot())
    }

    // MARK: Without one

    private var undirected: [Double] {
        [
            spread(24), spread(168),
            volumeScore,
            log(part(history.mean(.volume, 4) + 1e-9, of: history.mean(.volume, FeatureWindows.week) + 1e-9)),
            log(part(history.mean(.volume, 24) + 1e-9, of: history.mean(.volume, FeatureWindows.week) + 1e-9)),
            log(range / candle.close / week),
            log(day / week),
            log(week / month),
            (candle.high - candle.low) / range,
            log(range / candle.close),
            log(market.dayVolatility / market.monthVolatility),
            log(day / market.dayVolatility),
            clock.sine, clock.cosine,
            part(history.move(24).magnitude, of: history.sum(.changeMagnitude, 24)),
            part(history.move(72).magnitude, of: history.sum(.changeMagnitude, 72)),
            market.dispersion,
            correlation,
            beta,
            log(part(history.mean(.illiquidity, 24), of: history.mean(.illiquidity, FeatureWindows.month)) + 1e-9),
        ]
    }

    /// The window's range in true ranges, for how straight the market went.
    private func spread(_ window: Int) -> Double {
        (history.highest(window) - history.lowest(window)) / (range * Double(window).squareRoot())
    }

    /// The last candle's volume among those of a week, in standard deviations of its logarithm.
    private var volumeScore: Double {
        let mean = history.mean(.logVolume, FeatureWindows.week)
        return part(history.value(.logVolume) - mean, of: history.deviation(.logVolume, FeatureWindows.week))
    }

    private var beta: Double {
        part(
            history.mean(.changeTimesMarket, FeatureWindows.week),
            of: history.mean(.marketSquared, FeatureWindows.week)
        )
    }

    private var correlation: Double {
        part(
            history.mean(.changeTimesMarket, FeatureWindows.week),
            of: week * history.mean(.marketSquared, FeatureWindows.week).squareRoot()
        )
    }

    /// 0 where there is nothing to be a part of.
    private func part(_ value: Double, of whole: Double) -> Double { whole > 0 ? value / whole : 0 }
}
