"""Makes longer candles of hourly ones, to try the generator on them.

    python lengthen.py CANDLES_DIR OUTPUT_DIR --hours 4

The candles are dated as if each were an hour long, from the first one's time on: the generator takes candles one after the
other, and only the features of the time of day then mean nothing. `train.py --hours 4` and `judge.py --hours 4` know of it.
It needs nothing but Python's standard library.
"""
import argparse
import csv
import glob
import gzip
import os

HOUR = 3_600_000


def lengthened(rows, hours):
    start = int(rows[0][0])
    for number in range(len(rows) // hours):
        part = rows[number * hours:(number + 1) * hours]
        yield [
            start + number * HOUR, part[0][1], max((row[2] for row in part), key=float),
            min((row[3] for row in part), key=float), part[-1][4], sum(float(row[5]) for row in part),
        ]


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("candles")
    arguments.add_argument("output")
    arguments.add_argument("--hours", type=int, required=True)
    a = arguments.parse_args()
    os.makedirs(a.output, exist_ok=True)
    for path in sorted(glob.glob(os.path.join(a.candles, "*-*.csv*"))):
        opener = gzip.open if path.endswith(".gz") else open
        with opener(path, "rt") as file:
            rows = list(csv.reader(file))[1:]
        name = os.path.basename(path).split("-")[0]
        with open(os.path.join(a.output, f"{name}-{a.hours}h.csv"), "w") as file:
            file.write("open_time_ms,open,high,low,close,volume\n")
            for row in lengthened(rows, a.hours):
                file.write(",".join(map(str, row)) + "\n")


if __name__ == "__main__":
    main()
