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

STRENGTH, LIMIT, FOLDS, SEEDS = 0.003, 5.0, 4, (0, 1, 2, 3, 4)


def weights(rows, label, event, exponent=0.5):
    """Every event weighs the same; of a busy half hour, a row weighs less than one alone."""
    block, counts = rows.blocks(1800)
    weight = 1 / counts[block] ** exponent
    positive = label == 1
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


def margins(rows, score, threshold, instant):
    return score - np.where(rows.chunk, threshold, instant)


def calibrate(rows, known, learn, label, weight, bench):
    """The thresholds with the best F1 over the whole stream on folds that were not trained on: the median of the seeds."""
    chosen = []
    fortnight, _ = rows.blocks(14 * 86400)
    for seed in SEEDS:
        fold = np.random.RandomState(seed).randint(0, FOLDS, fortnight.max() + 1)[fortnight]
        score = np.full(len(rows.at), -99.0)
        for number in range(FOLDS):
            train = learn & (fold != number)
            score[known & (fold == number)] = Linear(
                rows.values[train], label[train], weight[train]
            ).score(rows.values[known & (fold == number)])
        floor = np.quantile(score[known & rows.chunk], 0.8)
        threshold = bench.best(rows.predictions(score, known & rows.chunk & (score > floor)), key="stream")
        base = bench.report(rows.predictions(score - threshold, known & rows.chunk & (score >= threshold)), 0, boot=1)
        instant = threshold + 6.0
        for step in np.arange(0.0, 6.0, 0.25):
            margin = margins(rows, score, threshold, threshold + step)
            report = bench.report(rows.predictions(margin, known & (margin >= 0)), 0, boot=1)
            # A look each second may cost no false alert more than a look each chunk, and no event.
            if report["stream_false_alarms"] <= base["stream_false_alarms"] and report["detected"] >= base["detected"]:
                instant = threshold + step
                break
        chosen.append((threshold, instant))
        print(f"seed {seed}: threshold {threshold:.3f}, instant {instant:.3f}, F1 {base['f1']:.3f}, "
              f"{base['stream_false_alarms_per_symbol_day']:.4f} false alerts per symbol-day")
    return np.median([t for t, _ in chosen]), np.median([i - t for t, i in chosen])


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
    weight = weights(rows, label, event)
    bench = data.bench(until=end)
    threshold, distance = calibrate(rows, known, learn, label, weight, bench)
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
            "threshold": round(float(threshold), 5), "instantThreshold": round(float(threshold + distance), 5),
            "intercept": float(np.float32(model.intercept)),
            "centre": [float(np.float32(x)) for x in model.centre],
            "scale": [float(np.float32(x)) for x in model.scale],
            "weight": [float(np.float32(x)) for x in model.weight],
        }, file, indent=1)
        file.write("\n")
    print(f"{options.out}: {bench.n} events, {learn.sum()} rows, threshold {threshold:.3f} and {threshold + distance:.3f}")


if __name__ == "__main__":
    main()
