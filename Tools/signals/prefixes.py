"""Cuts recorded candles short, and changes what comes later, and says whether the generator says the same of what was before.

    python prefixes.py CANDLES_DIR ALL.jsonl --program .build/release/tradepulse [--cuts 2000] [--jobs 2] [--seed 1]

ALL.jsonl is what `tradepulse signals walk-forward CANDLES_DIR --output ALL.jsonl` wrote of everything. For each cut, at an
hour drawn at random, the program runs twice as a process of its own: on candles that end there, and on candles that go on
for a day turned upside down, on three times the volume. What it writes of the last hours before the cut must be, to the
byte, what ALL.jsonl holds of them; what it writes of the changed day must not. The files begin as many hours before the
cut as the generator needs, so that a run takes a fraction of a second, and nothing of what it said before can help it.
It needs nothing but Python's standard library. Exit code 0 when all agree, 1 when one does not.
"""
import argparse
import csv
import glob
import gzip
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

NEEDED = 721
COMPARED = 6
CHANGED = 24
HEADER = "open_time_ms,open,high,low,close,volume\n"


def read(folder):
    """Rows of each symbol, as text; all symbols have the same hours."""
    rows = {}
    for path in sorted(glob.glob(os.path.join(folder, "*-*.csv*"))):
        opener = gzip.open if path.endswith(".gz") else open
        with opener(path, "rt") as file:
            rows[os.path.basename(path).split("-")[0]] = [row[:6] for row in csv.reader(file)][1:]
    times = [[row[0] for row in part] for part in rows.values()]
    if any(part != times[0] for part in times):
        raise SystemExit("the symbols have different hours")
    return rows, [int(time) for time in times[0]]


def upside_down(row):
    """The candle mirrored about its open."""
    time, open_, high, low, close, volume = row
    start = Decimal(open_)
    turned = [start * start / Decimal(price) for price in (low, high, close)]
    return [time, open_, *(f"{price:.8f}" for price in turned), str(3 * Decimal(volume))]


def said(program, folder, rows):
    """Lines by time of a run over the rows."""
    os.makedirs(folder)
    for symbol, part in rows.items():
        with open(os.path.join(folder, f"{symbol}-1h.csv"), "w") as file:
            file.write(HEADER + "".join(",".join(row) + "\n" for row in part))
    output = os.path.join(folder, "said.jsonl")
    subprocess.run(
        [program, "signals", "walk-forward", folder, "--output", output, "--cuts", "0"],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    with open(output) as file:
        lines = by_time(file)
    shutil.rmtree(folder)
    return lines


def by_time(file):
    lines = {}
    for line in file:
        lines.setdefault(json.loads(line)["time_ms"], []).append(line)
    return lines


def judge(cut, rows, times, known, program, work):
    """What is wrong with one cut; None where nothing is."""
    first = cut - NEEDED - COMPARED + 1
    before = {symbol: part[first:cut] for symbol, part in rows.items()}
    changed = {
        symbol: before[symbol] + [upside_down(row) for row in part[cut:cut + CHANGED]] for symbol, part in rows.items()
    }
    for name, candles in (("cut short", before), ("changed later", changed)):
        lines = said(program, os.path.join(work, f"{cut}-{name[:3]}"), candles)
        for time in times[cut - COMPARED:cut]:
            if lines.get(time, []) != known.get(time, []):
                return f"{name} at {times[cut]}: other candidates at {time}"
        if name == "cut short":
            if any(time >= times[cut] for time in lines):
                return f"{name} at {times[cut]}: candidates of hours that are not there"
        elif all(lines.get(time, []) == known.get(time, []) for time in times[cut:cut + CHANGED]):
            return f"{name} at {times[cut]}: the changed day was not looked at"
    return None


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("candles")
    arguments.add_argument("known")
    arguments.add_argument("--program", required=True)
    arguments.add_argument("--cuts", type=int, default=2000)
    arguments.add_argument("--jobs", type=int, default=2)
    arguments.add_argument("--seed", type=int, default=1)
    a = arguments.parse_args()
    rows, times = read(a.candles)
    with open(a.known) as file:
        known = by_time(file)
    # Before the first model nothing is said, and there is nothing to compare.
    rated = times.index(min(known))
    cuts = random.Random(a.seed).sample(range(rated + COMPARED, len(times) - CHANGED), a.cuts)
    with tempfile.TemporaryDirectory() as work, ThreadPoolExecutor(a.jobs) as pool:
        found = list(pool.map(lambda cut: judge(cut, rows, times, known, os.path.abspath(a.program), work), cuts))
    wrong = [problem for problem in found if problem]
    print(f"{len(cuts) - len(wrong)} of {len(cuts)} cuts: the same before it, with nothing and with something else behind")
    print("\n".join(wrong[:20]), end="\n" if wrong else "")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
