#!/usr/bin/env python3
"""Counts false alerts per symbol-day of trade files without the detector's own counters.

  quality.py --predictions p.csv TRADES.csv.gz…

From the decisions that `tradepulse pumps evaluate --predictions p.csv TRADES…` wrote, and the prices: an alert is a score
of 0 or more, half an hour after the one before at the earliest and once that one is over. It is false where the price
never got 5 % above the lowest of the minute before, until its end. To be compared with what `evaluate` prints, and with
`GET /api/v1/pumps/quality` of `tradepulse replay` over the same file.
"""
import argparse
import bisect
import csv
import gzip
import os

QUIET, LONGEST, SILENCE, SHORTEST, MEMORY = 1_800_000, 7_200_000, 900_000, 60_000, 64
SMALLEST_PUMP, OVER = 0.05, 0.85


def trades(path):
    """(ms, price) of each trade."""
    with (gzip.open if path.endswith(".gz") else open)(path, "rt", newline="") as file:
        for row in csv.DictReader(file):
            time = row.get("ts_ms") or row["time_ms"]
            yield int(time), float(row["price_e8"]) / 1e8 if "price_e8" in row else float(row["price"])


def decisions(path):
    """symbol -> instants at which there could have been an alert, in ms."""
    found = {}
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            if float(row["score"]) >= 0:
                found.setdefault(row["symbol"], []).append(int(row["timestamp"]))
    return found


def follow(tape, first, start, peak, at):
    """The highest price of an alert until its end, and when that was."""
    highest, top, peak_at, last, rising = peak, peak, at, at, True
    for time, price in tape[first:]:
        if time - last >= SILENCE:
            return highest, last + SILENCE
        last, highest = max(last, time), max(highest, price)
        if price > top and rising:
            top, peak_at = price, time
            continue
        loss = (top - price) / max(top - start, top * 1e-6)
        if time - at >= LONGEST or (loss >= OVER and time - peak_at >= SHORTEST):
            return highest, time
        if loss >= 0.35 or time - peak_at >= 30_000:
            rising = False
    return highest, last + SILENCE


def count(tape, instants):
    """Alerts, and those among them that were false."""
    times = [time for time, _ in tape]
    alerts, wrong, quiet_until, over = 0, 0, 0, 0
    for at in instants:
        if at < quiet_until or at < over:
            continue
        # A decision with a trade knows that trade; one at the end of five seconds knows those before it.
        after = bisect.bisect_right(times, at)
        now = times[after - 1] // 1000
        recent = [p for t, p in tape[max(0, after - 20_000):after] if t // 1000 > now - MEMORY]
        before = [p for t, p in tape[:after] if t // 1000 <= now - MEMORY][-1:]
        start, peak = min(recent + before), max(recent)
        highest, over = follow(tape, after, start, peak, at)
        alerts, quiet_until = alerts + 1, at + QUIET
        wrong += highest < start * (1 + SMALLEST_PUMP)
    return alerts, wrong


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--predictions", required=True)
    parser.add_argument("trades", nargs="+")
    options = parser.parse_args()
    found, days, alerts, wrong = decisions(options.predictions), 0.0, 0, 0
    for path in options.trades:
        name = os.path.basename(path).split(".")[0].split("-")[0]
        symbol = name[:-3] if len(name) > 3 and name.endswith("BTC") else name
        tape = list(trades(path))
        days += sum(min(max(0, b[0] - a[0]), QUIET) for a, b in zip(tape, tape[1:])) / 86_400_000
        more = count(tape, found.get(symbol, []))
        alerts, wrong = alerts + more[0], wrong + more[1]
    print(f"{alerts} alerts, {wrong} false, {days:.4f} symbol-days, {wrong / days:.4f} false per symbol-day")


if __name__ == "__main__":
    main()
