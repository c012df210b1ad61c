#!/usr/bin/env python3
"""Trains the pump detector's model and writes the JSON that the program reads.

  train.py --rows rows.csv --data DATA --judge evaluate_pumps.py --until earlier|all --out model.json

Logistic regression over standardised, clipped features. Only chunk looks are learnt from. Everything is fixed on what
lies before the cut: weights on all of it, thresholds on scores of folds that had no part in their own training.
"""
import argparse
import datetime
import json

import numpy as np
from sklearn.linear_model import LogisticRegression

from pumpdata import Data, Rows, load_judge

STRENGTH, LIMIT, FOLDS, SEEDS = 0.003, 5.0, 6, (0, 1, 2)
# What a pump is nothing without, as `MarketActivity.isRising` has it.
SMALLEST_RISE = 0.01


def weights(rows, learn, label, event, exponent=0.2):
    """Every event weighs the same; of a busy half hour, a row weighs less than one alone."""
    block, counts = rows.blocks(1800)
    seen = np.maximum(np.bincount(block[learn], minlength=len(counts)), 1)
    weight = 1 / seen[block] ** exponent
    positive = learn & (label == 1)
    weight[positive] = 1 / np.bincount(event[positive])[event[positive]]
    return weight


class Linear:
    def __init__(self, values, label, weight):
        self.centre = values.mean(0, dtype=np.float64)
        self.scale = np.maximum(values.std(0, dtype=np.float64), 1e-6)
        fit = LogisticRegression(C=STRENGTH, max_iter=500)
        fit.fit(self.standard(values), label, sample_weight=weight)
        self.weight, self.intercept = fit.coef_[0], fit.intercept_[0]

    def standard(self, values):
        return np.clip((values - self.centre) / self.scale, -LIMIT, LIMIT)

    def score(self, values):
        return self.standard(values) @ self.weight + self.intercept


def unseen_scores(rows, known, learn, label, weight):
    """Scores by models that had no part of the row's fortnight in their training, the mean of several ways to cut."""
    fortnight, _ = rows.blocks(14 * 86400)
    total = np.zeros(len(rows.at))
    for seed in SEEDS:
        fold = np.random.RandomState(seed).randint(0, FOLDS, fortnight.max() + 1)[fortnight]
        for number in range(FOLDS):
            train, held = learn & (fold != number), known & (fold == number)
            model = Linear(rows.values[train], label[train], weight[train])
            total[held] += model.score(rows.values[held])
    return total / len(SEEDS)


def calibrate(rows, score, among, bench):
    """The thresholds of the two looks with the best F1 over the whole stream; of equals the one that finds sooner."""
    best = None
    ranked = np.sort(score[among & rows.chunk])[::-1]
    for threshold in ranked[np.unique(np.geomspace(200, min(1500, len(ranked) - 1), 30).astype(int))]:
        for distance in (0, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5):
            margin = score - np.where(rows.chunk, threshold, threshold + distance)
            report = bench.report(rows.predictions(margin, among & (margin >= 0)), 0, boot=1)
            merit = (round(report["stream_f1"], 6), report["recall_within_s"][5])
            if best is None or merit > best[0]:
                best = (merit, threshold, threshold + distance, report)
    _, threshold, with_trade, report = best
    print(f"unseen events: F1 {report['f1']:.3f}, stream F1 {report['stream_f1']:.3f}, "
          f"{report['stream_false_alarms_per_symbol_day']:.4f} false alerts per symbol-day, "
          f"{report['recall_within_s'][10]:.0%} within 10 s")
    return threshold, with_trade


def main():
    parser = argparse.ArgumentParser()
    for name in ("rows", "data", "judge", "out"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--until", choices=("earlier", "all"), default="earlier")
    options = parser.parse_args()
    data = Data(options.data, load_judge(options.judge))
    rows = Rows(options.rows)
    label, event, covered = rows.label(data)
    end = data.cut if options.until == "earlier" else max(end for _, _, end in data.coverage) + 1
    known = rows.at < end
    learn = known & covered & rows.chunk & (label >= 0)
    weight = weights(rows, learn & known, label, event)
    bench = data.bench(until=end)
    score = unseen_scores(rows, known, learn, label, weight)
    rising = rows.values[:, rows.names.index("return_30")] >= SMALLEST_RISE
    threshold, with_trade = calibrate(rows, score, known & rising, bench)
    model = Linear(rows.values[learn], label[learn], weight[learn])
    facts = {
        "name": f"logistic-{options.until}",
        "trainedBefore": datetime.datetime.fromtimestamp(end, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "events": bench.n,
        "symbolDays": round(bench.days, 1),
    }
    with open(options.out, "w") as file:
        json.dump({
            "facts": facts, "features": rows.names, "limit": LIMIT,
            "threshold": round(float(threshold), 5), "tradeThreshold": round(float(with_trade), 5),
            "intercept": float(np.float32(model.intercept)),
            "centre": [float(np.float32(x)) for x in model.centre],
            "scale": [float(np.float32(x)) for x in model.scale],
            "weight": [float(np.float32(x)) for x in model.weight],
        }, file, indent=1)
        file.write("\n")
    print(f"{options.out}: {bench.n} events, {learn.sum()} rows, threshold {threshold:.3f} and {with_trade:.3f}")


if __name__ == "__main__":
    main()
