"""Makes candles for the indicator benchmark, and measures TA-Lib, tulipy and a plain recomputation on them.

    indicators.py make FILE [--rows 1000000]      a seeded random walk: open, high, low, close, volume as float64 columns
    indicators.py talib|tulipy|recompute FILE     the set of `tradepulse-bench indicators`, least of seven CPU times

`recompute` is how bots stream with TA-Lib: the whole set over the last 300 candles at every new one. A peer that lacks
an indicator leaves it out. One line: name, nanoseconds per candle, unit, separated by tabs.
"""

import argparse
import time

import numpy as np


def make(path, rows):
    rng = np.random.default_rng(1)
    c = 100 * np.exp(np.cumsum(rng.normal(0, 0.001, rows)))
    o = np.concatenate(([100.0], c[:-1]))
    h = np.maximum(o, c) * (1 + np.abs(rng.normal(0, 0.0005, rows)))
    l = np.minimum(o, c) * (1 - np.abs(rng.normal(0, 0.0005, rows)))
    v = rng.lognormal(3, 1, rows)
    np.stack([o, h, l, c, v]).astype("<f8").tofile(path)


def talib_set(o, h, l, c, v):
    import talib as t

    return [
        t.SMA(c, 20), t.EMA(c, 20), t.WMA(c, 20), t.RSI(c, 14), t.MACD(c), t.BBANDS(c, 20, 2.0, 2.0, 0),
        t.ATR(h, l, c, 14), t.ADX(h, l, c, 14), t.PLUS_DI(h, l, c, 14), t.MINUS_DI(h, l, c, 14),
        t.STOCH(h, l, c, 14, 3, 0, 3, 0), t.STOCHRSI(c, 14, 14, 3, 0), t.OBV(c, v), t.MFI(h, l, c, v, 14),
        t.CCI(h, l, c, 20), t.VWAP(h, l, c, v), t.SUPERTREND(h, l, c, 10, 3.0), t.DONCHIAN(h, l, 20), t.ROC(c, 10),
        t.WILLR(h, l, c, 14), t.SAR(h, l, 0.02, 0.2),
    ]


def tulipy_set(o, h, l, c, v):
    import tulipy as t

    return [
        t.sma(c, 20), t.ema(c, 20), t.wma(c, 20), t.rsi(c, 14), t.macd(c, 12, 26, 9), t.bbands(c, 20, 2),
        t.atr(h, l, c, 14), t.adx(h, l, c, 14) if len(t.adx.inputs) == 3 else t.adx(h, l, 14), t.di(h, l, c, 14),
        t.stoch(h, l, c, 14, 3, 3), t.stochrsi(c, 14), t.obv(c, v), t.mfi(h, l, c, v, 14), t.cci(h, l, c, 20),
        t.vwma(c, v, 20), t.max(h, 20), t.min(l, 20), t.roc(c, 10), t.willr(h, l, c, 14), t.psar(h, l, 0.02, 0.2),
    ]


def recompute(o, h, l, c, v):
    for i in range(300, len(c)):
        talib_set(*(x[i - 300 : i] for x in (o, h, l, c, v)))


def measure(name, work, data, count, repeat):
    least = float("inf")
    for _ in range(repeat):
        start = time.process_time()
        work(*data)
        least = min(least, time.process_time() - start)
    print(f"indicators: {name}\t{least / count * 1e9:.1f}\tns per candle", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("act", choices=["make", "talib", "tulipy", "recompute"])
    parser.add_argument("file")
    parser.add_argument("--rows", type=int, default=1_000_000)
    options = parser.parse_args()
    if options.act == "make":
        make(options.file, options.rows)
    else:
        columns = list(np.fromfile(options.file, dtype="<f8").reshape(5, -1))
        if options.act == "recompute":
            columns = [x[:2_300] for x in columns]
            measure("TA-Lib, 300 candles recomputed", recompute, columns, 2_000, 3)
        else:
            sets = {"talib": talib_set, "tulipy": tulipy_set}
            measure(options.act, sets[options.act], columns, len(columns[0]), 7)
