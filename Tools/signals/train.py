"""Trains the models of the signal generator, each on what was decided before its period, and writes them as JSON.

    python train.py CANDLES_DIR FEATURES OUTPUT.json

FEATURES is what `tradepulse signals features CANDLES_DIR --output FEATURES` wrote: the features that the server itself
computes. Every period's model is trained on rows whose outcome was known before the period began (a day and an hour are
left out) and calibrated on what its predecessors said of periods that they had not seen. One thread, fixed seeds.
"""
import argparse
import json

import lightgbm
import numpy as np
from labels import HORIZON, Rows
from sklearn.linear_model import LogisticRegression

SYMBOLS = ["ADAUSDT", "BNBUSDT", "BTCUSDT", "DOGEUSDT", "ETHUSDT", "LINKUSDT", "LTCUSDT", "SOLUSDT", "XRPUSDT"]
# The first period only calibrates the second; the last model is for what comes after the data.
PERIODS = ["2021-07-01", "2022-01-01", "2022-07-01", "2023-01-01", "2023-07-01", "2024-01-01"]
STOP_RANGES = 1.5
TREES = 400
PURGE = HORIZON + 1
PARAMETERS = dict(
    objective="binary", num_leaves=31, learning_rate=0.03, min_data_in_leaf=2000, feature_fraction=0.3, lambda_l2=50,
    bagging_fraction=0.5, bagging_freq=1, max_bin=63, num_threads=1, force_col_wise=True, verbose=-1, seed=1,
)


def milliseconds(day):
    return int(np.datetime64(day, "ms").astype(np.int64))


def significant(value, digits=6):
    return float(f"{value:.{digits}g}")


def tree(root):
    """A tree in the shape of Sources/Signals/Model/DecisionTree.swift."""
    out = dict(f=[], t=[], l=[], r=[], v=[], m=[])

    def weigh(node):
        if "leaf_value" in node:
            return node["leaf_count"], node["leaf_value"] * node["leaf_count"]
        left, right = weigh(node["left_child"]), weigh(node["right_child"])
        node["mean"] = (left[1] + right[1]) / (left[0] + right[0])
        return left[0] + right[0], left[1] + right[1]

    def walk(node):
        if "leaf_value" in node:
            out["v"].append(significant(node["leaf_value"], 5))
            return -len(out["v"])
        place = len(out["f"])
        out["f"].append(node["split_feature"])
        out["t"].append(significant(node["threshold"]))
        out["m"].append(significant(node["mean"], 4))
        out["l"].append(0)
        out["r"].append(0)
        out["l"][place] = walk(node["left_child"])
        out["r"][place] = walk(node["right_child"])
        return place

    weigh(root)
    walk(root)
    return out


def logistic(x):
    return 1 / (1 + np.exp(-x))


def calibration(raw, won):
    """Slope, at most 1, and intercept of a logistic curve over earlier models' log-odds."""
    fit = LogisticRegression(C=1e6).fit(raw[:, None], won)
    slope, intercept = float(np.clip(fit.coef_[0, 0], 0.05, 1)), float(fit.intercept_[0])
    for _ in range(200):
        intercept += (won.mean() - logistic(slope * raw + intercept).mean()) * 4
    return slope, intercept


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("candles")
    arguments.add_argument("features")
    arguments.add_argument("output")
    arguments.add_argument("--hours", type=int, default=1, help="how long the candles are that lengthen.py made")
    a = arguments.parse_args()
    rows = Rows(a.candles, a.features, SYMBOLS, STOP_RANGES)
    # Longer candles are dated as if each were an hour.
    begin, hour = int(rows.times[0]), 3_600_000
    starts = [begin + (milliseconds(day) - begin) // (a.hours * hour) * hour for day in PERIODS]
    said, models = [], []
    for start, end in zip(starts, starts[1:] + [None]):
        first = np.searchsorted(rows.times, start)
        # Every second hour, another one for every symbol: neighbours share most of their outcome.
        past = np.flatnonzero(rows.decided & (rows.t < first - PURGE) & ((rows.t + rows.s) % 2 == 0))
        x = np.concatenate([rows.matrix(past, side) for side in (1, -1)])
        won = np.concatenate([rows.outcomes[side][0][past] for side in (1, -1)])
        data = lightgbm.Dataset(x, won, params=dict(max_bin=PARAMETERS["max_bin"]))
        booster = lightgbm.train(PARAMETERS, data, TREES)
        if said:
            earlier = [(t < first - PURGE, raw, y) for t, raw, y in said]
            slope, intercept = calibration(
                np.concatenate([raw[known] for known, raw, _ in earlier]),
                np.concatenate([y[known] for known, _, y in earlier]),
            )
            trees = [tree(info["tree_structure"]) for info in booster.dump_model()["tree_info"]]
            root = sum(one["m"][0] if one["m"] else one["v"][0] for one in trees)
            models.append({
                "from": start, "trainedUntil": start - 3_600_000, "trainedRows": len(won),
                "baseRate": significant(won.mean()), "slope": significant(slope),
                # The program counts from the trees' baseline, not from zero.
                "intercept": significant(intercept + slope * root), "trees": trees,
            })
        if end is not None:
            scored = np.flatnonzero(rows.decided & (rows.t >= first) & (rows.t < np.searchsorted(rows.times, end)))
            for side in (1, -1):
                raw = booster.predict(rows.matrix(scored, side), raw_score=True)
                said.append((rows.t[scored], raw, rows.outcomes[side][0][scored]))
        print(np.datetime64(start, "ms"), len(won), flush=True)
    book = dict(
        name="hourly", version=1, features=rows.names, universe=SYMBOLS, leader="BTCUSDT", stopRanges=STOP_RANGES,
        targetsInRisk=[1, 2, 3], lifetimeCandles=HORIZON, models=models,
    )
    with open(a.output, "w") as file:
        json.dump(book, file, separators=(",", ":"))


if __name__ == "__main__":
    main()
