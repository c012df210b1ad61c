#!/usr/bin/env python3
"""Made-up markets whose liquidation map is known, and the score of a map on them.

    worlds.py make FOLDER SEED...        world-SEED.input.json.gz and world-SEED.truth.json.gz
    worlds.py score INPUT TRUTH MAP      MAP is what `tradepulse liquidations map INPUT` printed
    worlds.py check TRADEPULSE FOLDER    every world of the folder through the program

A market walks in fifteen steps a candle. Positions of log-normal size are opened at each step, the more the larger the
move, longs by the takers' part of the volume, with leverages drawn from shares that differ from the assumed ones; each
closes with the same chance at each step, and is liquidated where the price crosses its level.
"""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import numpy

ASSUMED = {5: 0.15, 10: 0.3, 20: 0.25, 25: 0.1, 50: 0.12, 100: 0.08}
RATE = 0.005
CANDLES, STEPS = 1500, 15
COLUMNS = ["open_time_ms", "open", "high", "low", "close", "volume", "taker_buy_volume", "open_interest"]


def world(seed):
    """The input and the truth of one market."""
    random = numpy.random.default_rng(seed)
    leverages = numpy.array(list(ASSUMED))
    shares = numpy.array(list(ASSUMED.values())) * numpy.exp(random.normal(0, 0.45, len(ASSUMED)))
    shares /= shares.sum()
    closing = random.uniform(0.004, 0.009) / STEPS
    price, mood = 30_000.0, 0.0
    level, side, quantity, value = (numpy.zeros(0) for _ in range(4))
    rows, truth = [], []
    for candle in range(CANDLES):
        mood = 0.97 * mood + random.normal(0, 0.1)
        sigma = 0.0036 * numpy.exp(0.8 * mood) / numpy.sqrt(STEPS)
        path = price * numpy.exp(numpy.cumsum(random.normal(0, sigma, STEPS)))
        longs = numpy.clip(0.5 + 27 * numpy.log(path[-1] / price) + random.normal(0, 0.09), 0.05, 0.95)
        moves = numpy.abs(numpy.diff(numpy.log(path), prepend=numpy.log(price)))
        counts = random.poisson(1.1 + 1_000 * moves)
        volume = 0.0
        for place, count in zip(path, counts):
            gone = numpy.where(side > 0, place <= level, place >= level) | (random.random(len(side)) < closing)
            volume += quantity[gone].sum()
            level, side, quantity, value = (each[~gone] for each in (level, side, quantity, value))
            values = numpy.exp(random.normal(10.6, 1.1, count))
            sides = numpy.where(random.random(count) < longs, 1, -1)
            drawn = random.choice(leverages, count, p=shares)
            level = numpy.append(level, place * (1 - sides * (1 / drawn - RATE)))
            side, value = numpy.append(side, sides), numpy.append(value, values)
            quantity = numpy.append(quantity, values / place)
            volume += (values / place).sum()
        high, low = max(price, path.max()), min(price, path.min())
        time = 1_700_000_000_000 + candle * 900_000
        rows.append(
            [time, round(price, 1), round(high, 1), round(low, 1), round(path[-1], 1)]
            + [round(each, 4) for each in (volume, volume * longs, quantity.sum())]
        )
        price = path[-1]
        if candle >= 674 and (candle - 674) % 75 == 0:
            levels = [[round(a, 1), round(b, 1)] for a, b in zip(level, value)]
            truth.append({"time_ms": time, "price": price, "levels": levels})
    market = {
        "columns": COLUMNS,
        "assumed_leverage": {str(leverage): share for leverage, share in ASSUMED.items()},
        "maintenance_rate": RATE,
        "checkpoints": [each["time_ms"] for each in truth],
        "rows": rows,
    }
    return market, truth


def bins(levels, price):
    """What lies in each of 96 bins of 0.25 % around the price."""
    filled = numpy.zeros(96)
    levels = numpy.asarray(levels, float).reshape(-1, 2)
    places = numpy.floor((levels[:, 0] / price - 1) / 0.0025 + 48).astype(int)
    inside = (places >= 0) & (places < 96)
    numpy.add.at(filled, places[inside], levels[inside, 1])
    return filled


def ranks(values):
    """From 1 on; equal values share the middle of their ranks."""
    return numpy.array([(values < each).sum() + ((values == each).sum() + 1) / 2 for each in values])


def score(truth, found):
    """Mean Spearman correlation, and the mean true share of the heaviest fifth of bins."""
    by_time = {each["time_ms"]: each["levels"] for each in found}
    scores = []
    for each in truth:
        ours, theirs = bins(by_time[each["time_ms"]], each["price"]), bins(each["levels"], each["price"])
        heaviest = numpy.argsort(-ours, kind="stable")[:19]
        correlation = numpy.corrcoef(ranks(ours), ranks(theirs))[0, 1]
        scores.append((correlation, theirs[heaviest].sum() / theirs.sum()))
    return numpy.mean(scores, axis=0)


def read(path):
    with (gzip.open if str(path).endswith(".gz") else open)(path, "rt") as file:
        return json.load(file)


def main(arguments):
    match arguments:
        case ["make", folder, *seeds] if seeds:
            Path(folder).mkdir(parents=True, exist_ok=True)
            for seed in map(int, seeds):
                for name, content in zip(("input", "truth"), world(seed)):
                    with gzip.open(Path(folder) / f"world-{seed}.{name}.json.gz", "wt") as file:
                        json.dump(content, file)
        case ["score", _, truth, found]:
            print("%.4f %.4f" % tuple(score(read(truth), read(found))))
        case ["check", program, folder]:
            totals = []
            for market in sorted(Path(folder).glob("world-*.input.json.gz")):
                printed = subprocess.run([program, "liquidations", "map", market], check=True, capture_output=True)
                truth = read(str(market).replace(".input.", ".truth."))
                totals.append(score(truth, json.loads(printed.stdout)))
                print(market.name, "%.4f %.4f" % tuple(totals[-1]), flush=True)
            print("mean", "%.4f %.4f" % tuple(numpy.mean(totals, axis=0)))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
