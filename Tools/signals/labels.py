"""Candles, features and outcomes, as all tools of this folder see them."""
import csv
import glob
import gzip
import os

import numpy as np

FEE = 0.001
HORIZON = 24


def candles(folder, symbols):
    """Open times, and open, high, low and close as arrays of candles by symbols; all symbols at the same times."""
    times, columns = None, []
    for symbol in symbols:
        path = glob.glob(os.path.join(folder, f"{symbol}-*.csv*"))[0]
        opener = gzip.open if path.endswith(".gz") else open
        with opener(path, "rt") as file:
            rows = [[float(x) for x in row[:5]] for row in list(csv.reader(file))[1:]]
        table = np.array(rows)
        if times is not None and not (table[:, 0] == times).all():
            raise SystemExit(f"{symbol} has other times than the symbols before it")
        times = table[:, 0]
        columns.append(table[:, 1:])
    stacked = np.stack(columns, axis=1)
    return times.astype(np.int64), *(stacked[:, :, k] for k in range(4))


class Rows:
    """What `tradepulse signals features` wrote, with the outcome of each row for both sides."""

    def __init__(self, folder, features, symbols, stop_ranges):
        self.names = open(features + ".names").read().split()
        self.undirected_from = self.names.index("range24")
        table = np.fromfile(features).reshape(-1, 3 + len(self.names) - 1)
        self.times, opens, highs, lows, closes = candles(folder, symbols)
        self.t = np.searchsorted(self.times, table[:, 0].astype(np.int64))
        self.s = table[:, 1].astype(int)
        self.risk = stop_ranges * table[:, 2]
        self.x = table[:, 3:]
        self.decided = self.t + 1 + HORIZON <= len(self.times)
        self.outcomes = {side: self._play(side, opens, highs, lows, closes) for side in (1, -1)}

    def _play(self, side, opens, highs, lows, closes):
        """Filled at the next open, stop before target within a candle, gaps filled at the open, out after a day."""
        last = len(self.times) - 1
        first = np.minimum(self.t + 1, last)
        entry = opens[first, self.s]
        stop, target, unit = entry * (1 - side * self.risk), entry * (1 + side * self.risk), entry * self.risk
        done = np.zeros(len(self.t), bool)
        won, result = np.zeros(len(self.t)), np.zeros(len(self.t))
        for j in range(HORIZON):
            i = np.minimum(self.t + 1 + j, last)
            high, low, open_ = highs[i, self.s], lows[i, self.s], opens[i, self.s]
            worst, best = (low, high) if side > 0 else (high, low)
            stopped = (side * (worst - stop) <= 0) & ~done
            fill = np.where(side * (open_ - stop) < 0, open_, stop)
            result = np.where(stopped, side * (fill - entry) / unit, result)
            done |= stopped
            reached = (side * (best - target) >= 0) & ~done
            result, won = np.where(reached, 1.0, result), np.where(reached, 1.0, won)
            done |= reached
        end = closes[np.minimum(self.t + HORIZON, last), self.s]
        return won, np.where(done, result, side * (end - entry) / unit)

    def matrix(self, index, side):
        """Rows as a model takes them: what has a direction turned to the side, the side last."""
        x = self.x[index].copy()
        if side < 0:
            x[:, : self.undirected_from] *= -1
        return np.concatenate([x, np.full((len(x), 1), float(side))], axis=1)
