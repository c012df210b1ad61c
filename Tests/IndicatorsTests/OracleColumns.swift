import Indicators
import Markets

/// What computes each column of the reference tables.
enum OracleColumns {
    typealias Compute = @Sendable (CandleColumns) throws -> [Double?]

    static let all: [String: Compute] = averages.merging(momentum, uniquingKeysWith: { first, _ in first })
        .merging(bands, uniquingKeysWith: { first, _ in first })
        .merging(trends, uniquingKeysWith: { first, _ in first })
        .merging(volumes, uniquingKeysWith: { first, _ in first })

    private static let averages: [String: Compute] = {
        var columns: [String: Compute] = [
            "wma_20": { Array(try WeightedMovingAverage(period: 20).values(over: $0.closes)) },
            "hma_20": { Array(try HullMovingAverage(period: 20).values(over: $0.closes)) },
            "dema_20": { Array(try DoubleExponentialMovingAverage(period: 20).values(over: $0.closes)) },
            "tema_20": { Array(try TripleExponentialMovingAverage(period: 20).values(over: $0.closes)) },
            "vwma_20": { Array(try VolumeWeightedMovingAverage(period: 20).values(over: $0)) },
            "rma_14": { Array(try WilderMovingAverage(period: 14).values(over: $0.closes)) },
        ]
        for period in [7, 20, 50, 200] {
            columns["sma_\(period)"] = { Array(try SimpleMovingAverage(period: period).values(over: $0.closes)) }
        }
        for period in [9, 12, 20, 26, 50, 200] {
            columns["ema_\(period)"] = { Array(try ExponentialMovingAverage(period: period).values(over: $0.closes)) }
        }
        return columns
    }()

    private static let momentum: [String: Compute] = [
        "rsi_7": { Array(try RelativeStrengthIndex(period: 7).values(over: $0.closes)) },
        "rsi_14": { Array(try RelativeStrengthIndex(period: 14).values(over: $0.closes)) },
        "macd_12_26_9": { try macd($0).map { $0?.line } },
        "macd_signal_12_26_9": { try macd($0).map { $0?.signal } },
        "macd_hist_12_26_9": { try macd($0).map { $0?.histogram } },
        "stoch_k_14_3_3": { try stochastic($0).map { $0?.k } },
        "stoch_d_14_3_3": { try stochastic($0).map { $0?.d } },
        "stochf_k_14_3": { try fastStochastic($0).map { $0?.k } },
        "stochf_d_14_3": { try fastStochastic($0).map { $0?.d } },
        "stochrsi_k_14_14_3": { try stochasticRSI($0).map { $0?.k } },
        "stochrsi_d_14_14_3": { try stochasticRSI($0).map { $0?.d } },
        "mfi_14": { Array(try MoneyFlowIndex(period: 14).values(over: $0)) },
        "cci_20": { Array(try CommodityChannelIndex(period: 20).values(over: $0)) },
        "mom_10": { Array(try Momentum(period: 10).values(over: $0.closes)) },
        "roc_10": { Array(try RateOfChange(period: 10).values(over: $0.closes)) },
        "willr_14": { Array(try WilliamsR(period: 14).values(over: $0)) },
        "aroon_up_14": { try Aroon(period: 14).values(over: $0).map { $0?.up } },
        "aroon_down_14": { try Aroon(period: 14).values(over: $0).map { $0?.down } },
    ]

    private static let bands: [String: Compute] = [
        "bb_upper_20_2": { try bollinger($0).map { $0?.upper } },
        "bb_middle_20_2": { try bollinger($0).map { $0?.middle } },
        "bb_lower_20_2": { try bollinger($0).map { $0?.lower } },
        "stddev_20": { Array(try StandardDeviation(period: 20).values(over: $0.closes)) },
        "tr": { Array(TrueRange().values(over: $0)) },
        "atr_14": { Array(try AverageTrueRange(period: 14).values(over: $0)) },
        "natr_14": { Array(try NormalizedAverageTrueRange(period: 14).values(over: $0)) },
        "donchian_upper_20": { try DonchianChannel(period: 20).values(over: $0).map { $0?.upper } },
        "donchian_middle_20": { try DonchianChannel(period: 20).values(over: $0).map { $0?.middle } },
        "donchian_lower_20": { try DonchianChannel(period: 20).values(over: $0).map { $0?.lower } },
        "keltner_upper_20_10_2": { try keltner($0).map { $0?.upper } },
        "keltner_middle_20_10_2": { try keltner($0).map { $0?.middle } },
        "keltner_lower_20_10_2": { try keltner($0).map { $0?.lower } },
    ]

    private static let trends: [String: Compute] = [
        "plus_di_14": { try directional($0).map { $0?.plus } },
        "minus_di_14": { try directional($0).map { $0?.minus } },
        "dx_14": { try directional($0).map { $0?.index } },
        "adx_14": { try directional($0).map { $0?.average } },
        "supertrend_10_3": { try supertrend($0).map { $0?.stop } },
        "supertrend_dir_10_3": { try supertrend($0).map { $0.map { $0.isUp ? 1 : -1 } } },
        "ichimoku_tenkan_9": { try Ichimoku().values(over: $0).map { $0?.conversion } },
        "ichimoku_kijun_26": { try Ichimoku().values(over: $0).map { $0?.base } },
        "ichimoku_span_a_raw": { try Ichimoku().values(over: $0).map { $0?.spanA } },
        "ichimoku_span_b_raw_52": { try Ichimoku().values(over: $0).map { $0?.spanB } },
        "sar_0.02_0.2": { Array(try ParabolicSAR(step: 0.02, limit: 0.2).values(over: $0)) },
        "linreg_slope_14": { Array(try LinearRegressionSlope(period: 14).values(over: $0.closes)) },
    ]

    private static let volumes: [String: Compute] = [
        "obv": { Array(OnBalanceVolume().values(over: $0)) },
        "cmf_20": { Array(try ChaikinMoneyFlow(period: 20).values(over: $0)) },
        "vwap_cum": { Array(VolumeWeightedAveragePrice(anchor: .first).values(over: $0)) },
        "vwap_utc_day": { Array(VolumeWeightedAveragePrice(anchor: .session(.oneDay)).values(over: $0)) },
    ]

    private static func macd(
        _ candles: CandleColumns
    ) throws -> IndicatorSeries<MovingAverageConvergenceDivergence.Value> {
        try MovingAverageConvergenceDivergence(fast: 12, slow: 26, signal: 9).values(over: candles.closes)
    }

    private static func stochastic(_ candles: CandleColumns) throws -> IndicatorSeries<Oscillation> {
        try StochasticOscillator(period: 14, smoothing: 3, signal: 3).values(over: candles)
    }

    private static func fastStochastic(_ candles: CandleColumns) throws -> IndicatorSeries<Oscillation> {
        try FastStochasticOscillator(period: 14, signal: 3).values(over: candles)
    }

    private static func stochasticRSI(_ candles: CandleColumns) throws -> IndicatorSeries<Oscillation> {
        try StochasticRelativeStrengthIndex(rsi: 14, period: 14, signal: 3).values(over: candles.closes)
    }

    private static func bollinger(_ candles: CandleColumns) throws -> IndicatorSeries<Band> {
        try BollingerBands(period: 20, width: 2).values(over: candles.closes)
    }

    private static func keltner(_ candles: CandleColumns) throws -> IndicatorSeries<Band> {
        try KeltnerChannels(period: 20, rangePeriod: 10, width: 2).values(over: candles)
    }

    private static func directional(_ candles: CandleColumns) throws -> IndicatorSeries<DirectionalMovement.Value> {
        try DirectionalMovement(period: 14).values(over: candles)
    }

    private static func supertrend(_ candles: CandleColumns) throws -> IndicatorSeries<Supertrend.Value> {
        try Supertrend(period: 10, factor: 3).values(over: candles)
    }
}
