"""Says how well calibrated rated candidates are, and what the best tenth of them brought over all of them.

    python judge.py CANDLES_DIR SIGNALS.jsonl... [--hours 4]

SIGNALS.jsonl is what `tradepulse signals walk-forward` wrote. Rules against the signal: filled at the next open, the
stop before the target within one candle, out after 24 candles, 0.1 % a side. The edge is the mean result of the tenth
with the highest confidence less the mean of all, in units of risk; its t is over the sums of weeks.
"""
import argparse
import json

import numpy as np
from labels import FEE, HORIZON, candles


def ranks_auc(p, y):
    order = np.argsort(p, kind="mergesort")
    values, inverse, counts = np.unique(p[order], return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    rank = np.empty(len(p))
    rank[order] = (last - (counts - 1) / 2)[inverse]
    ones = y.sum()
    return (rank[y == 1].sum() - ones * (ones + 1) / 2) / (ones * (len(y) - ones))


def calibration_error(p, y):
    parts = np.array_split(np.argsort(p, kind="mergesort"), 10)
    return sum(len(k) / len(p) * abs(p[k].mean() - y[k].mean()) for k in parts if len(k))


def judge(folder, path, hours):
    lines = [json.loads(line) for line in open(path)]
    symbols = sorted({line["symbol"] for line in lines})
    times, opens, highs, lows, closes = candles(folder, symbols)
    s = np.array([symbols.index(line["symbol"]) for line in lines])
    t = np.searchsorted(times, [line["time_ms"] for line in lines])
    side = np.array([1 if line["side"] == "long" else -1 for line in lines])
    risk = np.array([abs(line["entry"] - line["sl"]) / line["entry"] for line in lines])
    reward = np.array([abs(line["tp"][0] - line["entry"]) / line["entry"] for line in lines])
    p = np.array([line["confidence"] / 100 for line in lines])
    keep = t + 1 + HORIZON <= len(times)
    s, t, side, risk, reward, p = (array[keep] for array in (s, t, side, risk, reward, p))
    entry = opens[t + 1, s]
    stop, target, unit = entry * (1 - side * risk), entry * (1 + side * reward), entry * risk
    done, y, r = np.zeros(len(t), bool), np.zeros(len(t)), np.zeros(len(t))
    for j in range(HORIZON):
        i = t + 1 + j
        worst = np.where(side > 0, lows[i, s], highs[i, s])
        best = np.where(side > 0, highs[i, s], lows[i, s])
        stopped = (side * (worst - stop) <= 0) & ~done
        fill = np.where(side * (opens[i, s] - stop) < 0, opens[i, s], stop)
        r = np.where(stopped, side * (fill - entry) / unit, r)
        done |= stopped
        reached = (side * (best - target) >= 0) & ~done
        r, y = np.where(reached, side * (target - entry) / unit, r), np.where(reached, 1.0, y)
        done |= reached
    r = np.where(done, r, side * (closes[t + HORIZON, s] - entry) / unit)
    net = r - 2 * FEE / risk
    top = p >= np.quantile(p, 0.9)
    edge, week = net[top] - net.mean(), t[top] // (168 // hours)
    sums = np.array([edge[week == w].sum() for w in np.unique(week)])
    base = y.mean()
    noise = np.mean([
        calibration_error(p, (np.random.default_rng(k).random(len(p)) < p).astype(float)) for k in range(20)
    ])
    return dict(
        signals=len(p), base=round(base, 4), auc=round(ranks_auc(p, y), 4),
        brier_skill=round(1 - ((p - y) ** 2).mean() / ((base - y) ** 2).mean(), 5),
        ece=round(calibration_error(p, y), 4), ece_if_perfect=round(noise, 4),
        top_hit=round(y[top].mean(), 4), top_edge=round((r[top]).mean() - r.mean(), 4),
        weekly_t=round(sums.mean() / (sums.std(ddof=1) / np.sqrt(len(sums))), 2),
        top_net=round(net[top].mean(), 4), net=round(net.mean(), 4),
    )


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("candles")
    arguments.add_argument("signals", nargs="+")
    arguments.add_argument("--hours", type=int, default=1, help="how long the candles are that lengthen.py made")
    a = arguments.parse_args()
    for path in a.signals:
        print(path, json.dumps(judge(a.candles, path, a.hours)))


if __name__ == "__main__":
    main()
