"""Feeds recorded venue frames to ccxt and to cryptofeed, and prints what each took per CPU second.

    ingest.py PEER SESSION.jsonl.gz [--market spot|usdm]

PEER is `ccxt` (ccxt.pro's own `handle_message`, as its socket client calls it with the parsed frame) or `cryptofeed`
(its feed's own `message_handler`). Both get the frames as text, in order, with the depth snapshot where the recorder
fetched it, so that their books are alive. Frames of a kind that a peer does not read are left out of its count.
One line per kind of frame and one for the whole session: name, messages per CPU second, unit, separated by tabs.
"""

import argparse
import asyncio
import gzip
import json
import sys
import time
from collections import defaultdict
from decimal import Decimal


def read(path):
    """Yields (kind, market, text) of each frame: kind is the stream's, or `snapshot`."""
    with gzip.open(path, "rt") as file:
        for line in file:
            row = json.loads(line)
            frame = row["frame"]
            text = json.dumps(frame, separators=(",", ":"))
            if row["kind"] == "rest":
                yield "snapshot", row.get("symbol"), text
            elif row["kind"] == "ws" and isinstance(frame, dict) and "stream" in frame:
                market, kind = frame["stream"].split("@")[:2]
                yield kind, market.upper(), text


def symbols(path):
    return sorted({market for _, market, _ in read(path) if market})


class Ccxt:
    kinds = {"trade", "aggTrade", "depth", "bookTicker", "kline_1m"}

    def __init__(self, names, market):
        import ccxt.pro

        self.exchange = ccxt.pro.binance({"newUpdates": True})
        spot = market == "spot"
        quote = "USDT"
        markets = []
        for name in names:
            base = name.removesuffix(quote)
            markets.append(
                {
                    "id": name,
                    "lowercaseId": name.lower(),
                    "symbol": f"{base}/{quote}" if spot else f"{base}/{quote}:{quote}",
                    "base": base,
                    "quote": quote,
                    "settle": None if spot else quote,
                    "baseId": base,
                    "quoteId": quote,
                    "type": "spot" if spot else "swap",
                    "spot": spot,
                    "swap": not spot,
                    "contract": not spot,
                    "option": False,
                    "future": False,
                    "linear": None if spot else True,
                    "inverse": None if spot else False,
                    "contractSize": None if spot else 1,
                    "active": True,
                    "precision": {"amount": 1e-8, "price": 1e-8},
                    "limits": {},
                    "info": {},
                }
            )
        self.exchange.set_markets(markets)
        self.symbols = {entry["id"]: entry["symbol"] for entry in markets}
        host = "wss://stream.binance.com:9443/stream" if spot else "wss://fstream.binance.com/stream"

        class Client:
            """What `handle_message` needs of a socket client: nobody waits for its futures."""

            url = host
            subscriptions = {}
            futures = {}

            def resolve(self, result, message_hash):
                return result

            def reject(self, error, message_hash=None):
                raise error

        self.client = Client()
        for symbol in self.symbols.values():
            self.exchange.orderbooks[symbol] = self.exchange.order_book({}, 1000)

    def snapshot(self, name, text):
        symbol = self.symbols[name]
        book = self.exchange.orderbooks[symbol]
        parsed = self.exchange.parse_order_book(json.loads(text), symbol)
        parsed["nonce"] = json.loads(text)["lastUpdateId"]
        book.reset(parsed)

    def take(self, text):
        self.exchange.handle_message(self.client, json.loads(text))


class Cryptofeed:
    kinds = {"aggTrade", "depth", "bookTicker", "kline_1m"}

    def __init__(self, names, market):
        from cryptofeed.defines import CANDLES, L2_BOOK, TICKER, TRADES
        from cryptofeed.exchanges import Binance, BinanceFutures
        from cryptofeed.symbols import Symbols

        kind = Binance if market == "spot" else BinanceFutures
        listing = {
            "symbols": [
                {
                    "symbol": name,
                    "status": "TRADING",
                    "contractStatus": "TRADING",
                    "contractType": "PERPETUAL",
                    "baseAsset": name.removesuffix("USDT"),
                    "quoteAsset": "USDT",
                    "filters": [{"tickSize": "0.00000001"}],
                }
                for name in names
            ]
        }
        if market == "spot":
            for row in listing["symbols"]:
                del row["contractType"]
        mapping, info = kind._parse_symbol_data(listing)
        Symbols.set(kind.id, mapping, info)
        self.seen = 0

        async def callback(*_):
            self.seen += 1

        self.feed = kind(
            symbols=list(mapping),
            channels=[TRADES, L2_BOOK, TICKER, CANDLES],
            callbacks={channel: callback for channel in (TRADES, L2_BOOK, TICKER, CANDLES)},
        )
        self.feed._reset()

    def snapshot(self, name, text):
        from cryptofeed.types import OrderBook

        answer = json.loads(text, parse_float=Decimal)
        symbol = self.feed.exchange_symbol_to_std_symbol(name)
        self.feed.last_update_id[symbol] = answer["lastUpdateId"]
        self.feed._l2_book[symbol] = OrderBook(
            self.feed.id,
            symbol,
            max_depth=self.feed.max_depth,
            bids={Decimal(price): Decimal(size) for price, size in answer["bids"]},
            asks={Decimal(price): Decimal(size) for price, size in answer["asks"]},
        )

    def take(self, text):
        # The handler never really waits here: every book has its snapshot already, and the callbacks return at once.
        try:
            self.feed.message_handler(text, None, 0.0).send(None)
        except StopIteration:
            return
        raise RuntimeError("the handler waits for something")


async def run(peer, path, market):
    """Returns {kind: (messages, CPU seconds)}; each kind's frames are handled in runs, so that the clock costs little."""
    names = symbols(path)
    handler = {"ccxt": Ccxt, "cryptofeed": Cryptofeed}[peer](names, market)
    totals = defaultdict(lambda: [0, 0.0])
    started = set()
    held = defaultdict(list)
    batch, batch_kind = [], None

    def flush():
        nonlocal batch
        if not batch:
            return
        begin = time.process_time()
        for text in batch:
            handler.take(text)
        totals[batch_kind][1] += time.process_time() - begin
        totals[batch_kind][0] += len(batch)
        batch = []

    for kind, name, text in read(path):
        if kind == "snapshot":
            flush()
            name = name or names[0]  # a session of one market does not name it
            handler.snapshot(name, text)
            started.add(name)
            batch_kind, batch = "depth", held.pop(name, [])
            flush()
            continue
        if kind not in handler.kinds:
            continue
        if kind == "depth" and name not in started:
            held[name].append(text)  # as a client does that waits for its snapshot
            continue
        if kind != batch_kind:
            flush()
            batch_kind = kind
        batch.append(text)
    flush()
    return totals


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("peer", choices=["ccxt", "cryptofeed"])
    parser.add_argument("session")
    parser.add_argument("--market", choices=["spot", "usdm"], default="spot")
    arguments = parser.parse_args()
    totals = asyncio.run(run(arguments.peer, arguments.session, arguments.market))
    totals["all"] = [sum(row[0] for row in totals.values()), sum(row[1] for row in totals.values())]
    for kind, (messages, seconds) in totals.items():
        if seconds:
            print(f"{kind}: {arguments.peer}", round(messages / seconds), "per CPU s", sep="\t")


if __name__ == "__main__":
    sys.exit(main())
