#!/usr/bin/env python3
"""Puts the detector beside shipped presets, the best tuned rule and the literature's forest: one protocol, one table.

  compare.py --data DATA --judge evaluate_pumps.py --predictions p.csv

Everything is fixed on events before the cut and judged on those after it. The detector's decisions come from
`tradepulse pumps evaluate --model earlier`, whose scores are distances to the frozen threshold.
"""
import argparse
import csv
import glob
import gzip
import os

import numpy as np
from sklearn.ensemble import RandomForestClassifier

from pumpdata import Data, load_judge

PRESETS = [(0.03, 60, 3.0), (0.05, 300, 3.0), (0.10, 300, 5.0)]
GRID = [(r, w, v) for r in (0.02, 0.03, 0.05, 0.08) for w in (30, 60, 300) for v in (10.0, 20.0, 40.0, 80.0)]


def trades(folder):
    for path in sorted(glob.glob(f"{folder}/trades/*.csv.gz")):
        with gzip.open(path, "rt") as file:
            file.readline()
            rows = [line.split(",") for line in file]
        at = np.array([int(r[0]) for r in rows]) / 1000
        price = np.array([float(r[2]) for r in rows])
        yield os.path.basename(path).split(".")[0], at, price, price * np.array([float(r[3]) for r in rows])


class Rule:
    """A price that rose by so much within so many seconds, on so many times the volume of the day before."""

    def __init__(self, folder):
        self.markets = {}
        for symbol, at, price, quote in trades(folder):
            total = np.concatenate([[0.0], np.cumsum(quote)])
            here = np.arange(1, len(at) + 1)
            day = total[here] - total[np.searchsorted(at, at - 86400)]
            per = {}
            for window in {w for _, w, _ in PRESETS + GRID}:
                start = np.searchsorted(at, at - window)
                usual = np.maximum(day, 1e-12) * window / 86400
                before = price[np.maximum(start - 1, 0)]
                per[window] = (price / before - 1, (total[here] - total[start]) / usual)
            self.markets[symbol] = (at, per)

    def predictions(self, rise, window, times):
        out = {}
        for symbol, (at, per) in self.markets.items():
            change, volume = per[window]
            hits = at[(change >= rise) & (volume >= times)]
            if len(hits):
                out[symbol] = [(t, 1.0) for t in hits]
        return out


def forest(folder, cut, seed, data, judge_bench, until):
    """The random forest of La Morgia et al. on their features of 25 s; threshold from folds of the earlier events."""
    with gzip.open(f"{folder}/features_25S.csv.gz", "rt") as file:
        rows = list(csv.DictReader(file))
    names = [n for n in rows[0] if n not in ("pump_index", "symbol", "t", "gt", "after30")]
    values = np.array([[float(r[n] or 0) for n in names] for r in rows]).clip(-1e6, 1e6)
    at = np.array([float(r["t"]) + 25 for r in rows])
    label = np.array([int(r["gt"]) for r in rows])
    after = np.array([r["after30"] == "1" for r in rows])
    symbol = np.array([r["symbol"] for r in rows])
    event = np.array([int(r["pump_index"]) for r in rows])
    learn = (at < cut) & ~(after & (label == 0))

    def model():
        return RandomForestClassifier(200, max_depth=5, random_state=seed, n_jobs=1)

    def predictions(score, among):
        out = {}
        for index in np.flatnonzero(among & (score > 0.001)):
            out.setdefault(symbol[index], []).append((at[index], float(score[index])))
        return {s: sorted(p) for s, p in out.items()}

    fold = np.random.RandomState(seed).randint(0, 4, event.max() + 1)[event]
    held = np.zeros(len(at))
    for number in range(4):
        part = (at < cut) & (fold == number)
        fit = model().fit(values[learn & (fold != number)], label[learn & (fold != number)])
        held[part] = fit.predict_proba(values[part])[:, 1]
    threshold = until.best(predictions(held, at < cut))
    score = model().fit(values[learn], label[learn]).predict_proba(values)[:, 1]
    return judge_bench.report(predictions(score, at >= cut), threshold)


def row(name, report):
    low, high = report["f1_ci95"]
    within = report["recall_within_s"]
    print(f"| {name} | {report['f1']:.3f} ({low:.2f}–{high:.2f}) | {report['precision']:.3f} | {report['recall']:.3f} "
          f"| {within[5]:.2f} | {within[10]:.2f} | {report['latency_p50_s']:.1f} | {report['latency_p90_s']:.1f} "
          f"| {report['stream_false_alarms_per_symbol_day']:.4f} | {report['stream_f1']:.3f} |", flush=True)


def main():
    parser = argparse.ArgumentParser()
    for name in ("data", "judge", "predictions"):
        parser.add_argument("--" + name, required=True)
    options = parser.parse_args()
    data = Data(options.data, load_judge(options.judge))
    earlier, later = data.bench(until=data.cut), data.bench(since=data.cut)
    print(f"{later.n} later events, {later.days:.1f} symbol-days\n")
    print("| What | F1 (95 %) | precision | recall | ≤ 5 s | ≤ 10 s | median s | p90 s | false/symbol-day | stream F1 |")
    print("|---|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    decisions = {}
    with open(options.predictions, newline="") as file:
        for line in csv.DictReader(file):
            if float(line["score"]) >= 0:
                decisions.setdefault(line["symbol"], []).append((int(line["timestamp"]) / 1000, float(line["score"])))
    for rows in decisions.values():
        rows.sort()
    since = {s: [x for x in p if x[0] >= data.cut] for s, p in decisions.items()}
    row("this detector", later.report(since, 0.0))
    rule = Rule(options.data)
    for rise, window, times in PRESETS:
        report = later.report(rule.predictions(rise, window, times), 0.5)
        row(f"preset +{rise:.0%} in {window} s, volume × {times:.0f}", report)
    best = max(GRID, key=lambda x: earlier.report(rule.predictions(*x), 0.5, boot=1)["f1"])
    row(f"tuned rule +{best[0]:.0%} in {best[1]} s, volume × {best[2]:.0f}", later.report(rule.predictions(*best), 0.5))
    for seed in range(3):
        row(f"random forest on 25 s, seed {seed}", forest(options.data, data.cut, seed, data, later, earlier))


if __name__ == "__main__":
    main()
