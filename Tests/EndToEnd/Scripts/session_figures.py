#!/usr/bin/env python3
"""Figures of a recorded session, computed from the file alone: last price, volumes and one-minute candles per symbol.

Usage: session_figures.py FILE.jsonl.gz  (prints JSON; decimals as exact text)
"""
import gzip
import json
import sys
from decimal import Decimal, getcontext

getcontext().prec = 60


def plain(value):
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


symbols = {}
with gzip.open(sys.argv[1], "rt") as lines:
    for line in lines:
        frame = json.loads(line)["frame"]
        trade = frame.get("data", frame) if isinstance(frame, dict) else {}
        if trade.get("e") != "trade":
            continue
        price, quantity = Decimal(trade["p"]), Decimal(trade["q"])
        symbol = symbols.setdefault(trade["s"], {"quote": Decimal(0), "candles": {}})
        symbol["last"] = price
        symbol["quote"] += price * quantity
        minute = trade["T"] // 60000 * 60000
        candle = symbol["candles"].setdefault(
            minute, {"open": price, "high": price, "low": price, "volume": Decimal(0), "trades": 0}
        )
        candle["high"] = max(candle["high"], price)
        candle["low"] = min(candle["low"], price)
        candle["close"] = price
        candle["volume"] += quantity
        candle["trades"] += 1

json.dump(
    {
        name: {
            "last": plain(symbol["last"]),
            "quoteVolume": plain(symbol["quote"]),
            "candles": [
                {"openTime": minute, **{k: v if k == "trades" else plain(v) for k, v in candle.items()}}
                for minute, candle in sorted(symbol["candles"].items())
            ],
        }
        for name, symbol in symbols.items()
    },
    sys.stdout,
)
