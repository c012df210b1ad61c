"""Computes the statistics of signals anew from their history, and compares them with the server's, digit by digit.

    python3 recompute.py http://127.0.0.1:3000 TOKEN [--symbol S] [--strategy S] [--delivered]

With --delivered the figures for who hears of signals later, too: a request for each signal.

It shares no code with the server: docs/signals.md has the formulas. It needs nothing but Python's standard library.
Exit code 0 when every figure is equal, 1 when one is not.
"""

import argparse
import json
import math
import sys
import urllib.parse
import urllib.request

OUTCOMES = ["tp1", "tp2", "tp3", "stop_loss", "expired", "ambiguous", "data_gap"]


def fetch(base, path, token, **query):
    query = {name: value for name, value in query.items() if value is not None}
    address = f"{base}/api/v1/signals{path}?{urllib.parse.urlencode(query)}"
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def history(base, token, **query):
    """All that has ended, oldest end first."""
    items, cursor = [], None
    while True:
        page = fetch(base, "/history", token, limit=200, cursor=cursor, **query)
        items += page["items"]
        cursor = page["nextCursor"]
        if cursor is None:
            return items[::-1]


def added(numbers):
    """One after the other: Python's own sum() corrects what is rounded away, and would differ."""
    total = 0.0
    for number in numbers:
        total += number
    return total


def is_win(signal):
    return signal["outcome"] in ("tp1", "tp2", "tp3")


def in_risk(signal):
    entry, stop = float(signal["entryPrice"]), float(signal["stopLoss"])
    return signal["resultPnl"] / (abs(entry - stop) / entry * 100)


def wilson(wins, count):
    z, total = 1.96, float(count)
    rate = wins / total
    middle = (rate + z * z / (2 * total)) / (1 + z * z / total)
    spread = rate * (1 - rate) / total + z * z / (4 * total * total)
    half = z * math.sqrt(spread) / (1 + z * z / total)
    return [max(0.0, middle - half), min(1.0, middle + half)]


def drawdown(signals):
    level = highest = deepest = 0.0
    for signal in signals:
        level += signal["resultPnl"]
        highest = max(highest, level)
        deepest = max(deepest, highest - level)
    return deepest


def figures(signals):
    count, wins = len(signals), sum(1 for signal in signals if is_win(signal))
    lost = added(-min(signal["resultPnl"], 0) for signal in signals)
    rated = [signal for signal in signals if signal["aiConfidence"] is not None]
    misses = [signal["aiConfidence"] / 100 - is_win(signal) for signal in rated]
    return {
        "count": count,
        "wins": wins,
        "losses": count - wins,
        "winRate": wins / count if count else None,
        "winRateInterval95": wilson(wins, count) if count else None,
        "averagePnl": added(signal["resultPnl"] for signal in signals) / count if count else None,
        "expectancyR": added(in_risk(signal) for signal in signals) / count if count else None,
        "profitFactor": added(max(signal["resultPnl"], 0) for signal in signals) / lost if lost > 0 else None,
        "maxDrawdown": drawdown(signals),
        "brierScore": added(miss * miss for miss in misses) / len(rated) if rated else None,
    }


def calibration(signals):
    bins = []
    for tenth in range(10):
        part = [
            signal
            for signal in signals
            if signal["aiConfidence"] is not None and min(signal["aiConfidence"] // 10, 9) == tenth
        ]
        if part:
            bins.append(
                {
                    "from": tenth * 10,
                    "to": tenth * 10 + 10,
                    "count": len(part),
                    "predicted": added(signal["aiConfidence"] / 100 for signal in part) / len(part),
                    "observed": sum(1 for signal in part if is_win(signal)) / len(part),
                }
            )
    return bins


def groups(signals, name, paper=lambda signal: None):
    parts = {}
    for signal in signals:
        parts.setdefault(name(signal), []).append(signal)
    return [{"name": key, "paper": paper(part[0]), **figures(part)} for key, part in sorted(parts.items())]


def statistics(signals):
    closed = [signal for signal in signals if signal["status"] == "closed"]
    return {
        **figures(closed),
        "calibration": calibration(closed),
        "outcomes": {name: sum(1 for signal in closed if signal["outcome"] == name) for name in OUTCOMES},
        "byStrategy": groups(
            closed,
            lambda signal: f"{signal['strategy']['name']}/{signal['strategy']['version']}",
            lambda signal: signal["paper"],
        ),
        "bySymbol": groups(closed, lambda signal: signal["symbol"]),
        "byTier": groups(closed, lambda signal: signal["minTier"]),
        "byDirection": groups(closed, lambda signal: signal["direction"]),
    }


DELIVERED = [
    "count", "wins", "losses", "winRate", "winRateInterval95", "averagePnl", "expectancyR", "profitFactor",
    "maxDrawdown",
]


def delivered(base, token, signals):
    """For each tier, what the signals came to for who entered them when it was shown them."""
    tiers = {tier: ([], []) for tier in ("free", "pro", "premium", "vip")}
    for signal in signals:
        for verdict in fetch(base, f"/{signal['id']}/verdicts", token)["delivered"]:
            entered, missed = tiers[verdict["tier"]]
            judged = {**signal, "outcome": verdict["outcome"], "resultPnl": verdict["resultPnl"]}
            (missed if verdict["outcome"] == "cancelled" else entered).append(judged)
    parts = []
    for tier, (entered, missed) in tiers.items():
        all_figures = figures(entered)
        parts.append({"tier": tier, "missed": len(missed), **{name: all_figures[name] for name in DELIVERED}})
    return parts


def differences(computed, served, path=""):
    """Every figure that is not the same number, and how many were compared."""
    if isinstance(computed, dict):
        found, compared = [], 0
        for key, value in computed.items():
            more, number = differences(value, served[key], f"{path}.{key}")
            found, compared = found + more, compared + number
        return found, compared
    if isinstance(computed, list):
        if len(computed) != len(served):
            return [f"{path}: {len(computed)} computed, {len(served)} served"], 1
        found, compared = [], 0
        for index, (mine, theirs) in enumerate(zip(computed, served)):
            more, number = differences(mine, theirs, f"{path}[{index}]")
            found, compared = found + more, compared + number
        return found, compared
    return ([] if computed == served else [f"{path}: {computed!r} computed, {served!r} served"]), 1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("base")
    parser.add_argument("token")
    parser.add_argument("--symbol")
    parser.add_argument("--strategy")
    parser.add_argument("--delivered", action="store_true", help="what later tiers got, too")
    parser.add_argument("--compare-period", help="compare with the figures of this period instead, which must differ")
    options = parser.parse_args()
    query = {"symbol": options.symbol, "strategy": options.strategy}
    signals = history(options.base, options.token, **query)
    served = fetch(options.base, "/stats", options.token, period=options.compare_period, **query)
    computed = statistics(signals)
    if options.delivered:
        computed["delivered"] = delivered(options.base, options.token, signals)
    found, compared = differences(computed, served)
    print(f"{len(signals)} signals, {compared} figures, {len(found)} differ")
    print("\n".join(found), end="\n" if found else "")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
