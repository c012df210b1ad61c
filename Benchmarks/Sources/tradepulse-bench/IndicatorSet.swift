import Indicators

/// The 21 indicators that the peers are measured with; ADX and both directional indicators come of one.
struct IndicatorSet {
    private var sma: SimpleMovingAverage
    private var ema: ExponentialMovingAverage
    private var wma: WeightedMovingAverage
    private var rsi: RelativeStrengthIndex
    private var macd: MovingAverageConvergenceDivergence
    private var bollinger: BollingerBands
    private var stochasticRSI: StochasticRelativeStrengthIndex
    private var roc: RateOfChange
    private var atr: AverageTrueRange
    private var directional: DirectionalMovement
    private var stochastic: StochasticOscillator
    private var obv = OnBalanceVolume()
    private var mfi: MoneyFlowIndex
    private var cci: CommodityChannelIndex
    private var vwap = VolumeWeightedAveragePrice(anchor: .first)
    private var supertrend: Supertrend
    private var donchian: DonchianChannel
    private var williams: WilliamsR
    private var sar: ParabolicSAR

    init() throws {
        sma = try SimpleMovingAverage(period: 20)
        ema = try ExponentialMovingAverage(period: 20)
        wma = try WeightedMovingAverage(period: 20)
        rsi = try RelativeStrengthIndex(period: 14)
        macd = try MovingAverageConvergenceDivergence(fast: 12, slow: 26, signal: 9)
        bollinger = try BollingerBands(period: 20, width: 2)
        stochasticRSI = try StochasticRelativeStrengthIndex(rsi: 14, period: 14, signal: 3)
        roc = try RateOfChange(period: 10)
        atr = try AverageTrueRange(period: 14)
        directional = try DirectionalMovement(period: 14)
        stochastic = try StochasticOscillator(period: 14, smoothing: 3, signal: 3)
        mfi = try MoneyFlowIndex(period: 14)
        cci = try CommodityChannelIndex(period: 20)
        supertrend = try Supertrend(period: 10, factor: 3)
        donchian = try DonchianChannel(period: 20)
        williams = try WilliamsR(period: 14)
        sar = try ParabolicSAR(step: 0.02, limit: 0.2)
    }

    /// How many values of the set a batch over the candles has; every one is computed and kept.
    func batch(_ candles: CandleColumns) -> Int {
        let closes = candles.closes
        var count = sma.values(over: closes).count + ema.values(over: closes).count + wma.values(over: closes).count
        count += rsi.values(over: closes).count + macd.values(over: closes).count
        count += bollinger.values(over: closes).count + stochasticRSI.values(over: closes).count
        count += roc.values(over: closes).count + atr.values(over: candles).count
        count += directional.values(over: candles).count + stochastic.values(over: candles).count
        count += obv.values(over: candles).count + mfi.values(over: candles).count + cci.values(over: candles).count
        count += vwap.values(over: candles).count + supertrend.values(over: candles).count
        count += donchian.values(over: candles).count + williams.values(over: candles).count
        return count + sar.values(over: candles).count
    }

    /// Takes a closed candle into each; the sum of some readings, so that none is left out.
    mutating func ingest(_ candle: CandleValues) -> Double {
        let close = candle.close
        var sum = (sma.ingest(close) ?? 0) + (ema.ingest(close) ?? 0) + (wma.ingest(close) ?? 0)
        sum += (rsi.ingest(close) ?? 0) + (macd.ingest(close)?.signal ?? 0) + (bollinger.ingest(close)?.upper ?? 0)
        sum += (stochasticRSI.ingest(close)?.d ?? 0) + (roc.ingest(close) ?? 0) + (atr.ingest(candle) ?? 0)
        sum += (directional.ingest(candle)?.plus ?? 0) + (stochastic.ingest(candle)?.d ?? 0)
        sum += (obv.ingest(candle) ?? 0) + (mfi.ingest(candle) ?? 0) + (cci.ingest(candle) ?? 0)
        sum += (vwap.ingest(candle) ?? 0) + (supertrend.ingest(candle)?.stop ?? 0)
        return sum + (donchian.ingest(candle)?.upper ?? 0) + (williams.ingest(candle) ?? 0) + (sar.ingest(candle) ?? 0)
    }

    /// What an unfinished candle would give, of each.
    func preview(_ candle: CandleValues) -> Double {
        let close = candle.close
        var sum = (sma.preview(close) ?? 0) + (ema.preview(close) ?? 0) + (wma.preview(close) ?? 0)
        sum += (rsi.preview(close) ?? 0) + (macd.preview(close)?.signal ?? 0) + (bollinger.preview(close)?.upper ?? 0)
        sum += (stochasticRSI.preview(close)?.d ?? 0) + (roc.preview(close) ?? 0) + (atr.preview(candle) ?? 0)
        sum += (directional.preview(candle)?.plus ?? 0) + (stochastic.preview(candle)?.d ?? 0)
        sum += (obv.preview(candle) ?? 0) + (mfi.preview(candle) ?? 0) + (cci.preview(candle) ?? 0)
        sum += (vwap.preview(candle) ?? 0) + (supertrend.preview(candle)?.stop ?? 0)
        return sum + (donchian.preview(candle)?.upper ?? 0) + (williams.preview(candle) ?? 0)
            + (sar.preview(candle) ?? 0)
    }
}
