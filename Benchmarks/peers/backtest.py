"""Makes a year of candles for the backtest benchmark, and runs the same rules through other backtesters.

    backtest.py make DIRECTORY                              year-1h.csv and year-5m.csv: a seeded random walk
    backtest.py backtesting|vectorbt|freqtrade FILE NAME    least of three CPU times after one run that warms up

Rules: the average of 20 closes crosses above that of 50 (pandas' `adjust=False`): long at the next open, one position at
a time; out at the next open after they cross back, 2 % below or 3 % above the entry; 0.1 % of fees a side. One figure
a line: name, figure, unit, separated by tabs. freqtrade is given one local market in place of an exchange's list, and
nothing is fetched.
"""

import argparse
import os
import pathlib
import tempfile
import time
import warnings

warnings.filterwarnings("ignore")
os.environ.setdefault("NUMBA_NUM_THREADS", "1")

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402

FEE, STOP, TARGET = 0.001, 0.02, 0.03


def make(directory):
    for name, rows, seconds in (("1h", 8_760, 3_600), ("5m", 105_120, 300)):
        random, part = np.random.default_rng(3), (seconds / 3_600) ** 0.5
        close = 30_000 * np.exp(np.cumsum(random.normal(0, 0.006 * part, rows)))
        first = np.concatenate(([30_000.0], close[:-1]))
        high = np.maximum(first, close) * (1 + np.abs(random.normal(0, 0.002 * part, rows)))
        low = np.minimum(first, close) * (1 - np.abs(random.normal(0, 0.002 * part, rows)))
        volume = random.lognormal(3, 1, rows)
        times = 1_704_067_200_000 + 1_000 * seconds * np.arange(rows)
        with open(f"{directory}/year-{name}.csv", "w") as file:
            print("open_time_ms,open,high,low,close,volume", file=file)
            for row in zip(times, first, high, low, close, volume):
                print(int(row[0]), *(repr(float(x)) for x in row[1:]), sep=",", file=file)


def read(path):
    candles = pd.read_csv(path, float_precision="round_trip")
    candles.index = pd.to_datetime(candles.pop("open_time_ms"), unit="ms", utc=True)
    return candles


def crossings(closes):
    fast, slow = (closes.ewm(span=n, adjust=False).mean() for n in (20, 50))
    up = (fast > slow) & (fast.shift() <= slow.shift())
    down = (fast < slow) & (fast.shift() >= slow.shift())
    return up, down


def measure(name, count, run):
    """`run` gives the entries' and the exits' candles."""
    entries, exits = run()
    least = float("inf")
    for _ in range(3):
        start = time.process_time()
        run()
        least = min(least, time.process_time() - start)
    write(f"{name}, one run", count / least, "candles per CPU s")
    write(f"{name}, trades", len(entries), "trades")
    write(f"{name}, entries", int(np.sum(entries)), "sum of candles")
    write(f"{name}, exits", int(np.sum(exits)), "sum of candles")


def write(name, figure, unit):
    print(f"backtest {options.name}: {name}\t{figure:.0f}\t{unit}", flush=True)


def backtesting(candles):
    from backtesting import Backtest, Strategy, backtesting as library
    from backtesting.lib import crossover

    library._tqdm = lambda sequence, **_: sequence

    class Cross(Strategy):
        def init(self):
            def average(closes, n):
                return pd.Series(closes).ewm(span=n, adjust=False).mean()

            self.fast = self.I(average, self.data.Close, 20)
            self.slow = self.I(average, self.data.Close, 50)

        def next(self):
            if crossover(self.fast, self.slow) and not self.position:
                price = self.data.Close[-1]
                self.buy(size=0.5, sl=price * (1 - STOP), tp=price * (1 + TARGET))
            elif crossover(self.slow, self.fast):
                self.position.close()

    frame = candles.rename(columns=str.capitalize).tz_localize(None)

    def run():
        trades = Backtest(frame, Cross, cash=1e7, commission=FEE, finalize_trades=True).run()["_trades"]
        return trades["EntryBar"], trades["ExitBar"]

    measure("backtesting.py", len(candles), run)


def vectorbt(candles):
    import vectorbt as vbt

    prices = {k: candles[k] for k in ("open", "high", "low")}

    def portfolio(up, down, tiles=1, stop=STOP):
        def many(x):
            return x.vbt.tile(tiles) if tiles > 1 else x

        return vbt.Portfolio.from_signals(
            many(candles.close), many(up.vbt.fshift(1)), many(down.vbt.fshift(1)), price=many(candles.open), fees=FEE,
            sl_stop=stop, tp_stop=TARGET, stop_entry_price="FillPrice", freq="5min", **prices,
        )

    def run():
        trades = portfolio(*crossings(candles.close)).trades.records
        return trades["entry_idx"], trades["exit_idx"]

    measure("vectorbt", len(candles), run)
    if len(candles) < 10_000:
        up, down = crossings(candles.close)
        portfolio(up, down, 100, np.linspace(0.005, 0.05, 100)).trades.count()
        start = time.process_time()
        portfolio(up, down, 100, np.linspace(0.005, 0.05, 100)).trades.count()
        per_second = 100 * len(candles) / (time.process_time() - start)
        write("vectorbt, 100 stops at once", per_second, "candles per CPU s")


FREQTRADE = '''
from freqtrade.strategy import IStrategy


class Cross(IStrategy):
    timeframe = "{timeframe}"
    minimal_roi = {{"0": 0.03}}
    stoploss = -0.02
    startup_candle_count = 60

    def populate_indicators(self, frame, _):
        for name, n in (("fast", 20), ("slow", 50)):
            frame[name] = frame["close"].ewm(span=n, adjust=False).mean()
        return frame

    def populate_entry_trend(self, frame, _):
        up = (frame["fast"] > frame["slow"]) & (frame["fast"].shift() <= frame["slow"].shift())
        frame.loc[up, "enter_long"] = 1
        return frame

    def populate_exit_trend(self, frame, _):
        down = (frame["fast"] < frame["slow"]) & (frame["fast"].shift() >= frame["slow"].shift())
        frame.loc[down, "exit_long"] = 1
        return frame
'''


def freqtrade(candles):
    import logging
    from contextlib import ExitStack
    from unittest.mock import MagicMock, patch

    logging.disable(logging.CRITICAL)
    from freqtrade.data.history import get_datahandler
    from freqtrade.enums import CandleType, RunMode
    from freqtrade.optimize.backtesting import Backtesting

    timeframe = {3_600: "1h", 300: "5m"}[int((candles.index[1] - candles.index[0]).total_seconds())]
    market = {
        "id": "BTCUSDT", "symbol": "BTC/USDT", "base": "BTC", "quote": "USDT", "settle": None, "active": True,
        "type": "spot", "spot": True, "swap": False, "future": False, "margin": False, "option": False, "contract": False,
        "linear": None, "inverse": None, "taker": FEE, "maker": FEE, "contractSize": None, "info": {},
        "precision": {"amount": 1e-8, "price": 0.01, "base": 1e-8, "quote": 1e-8},
        "limits": {k: {"min": 1e-8, "max": 1e12} for k in ("amount", "price", "cost", "leverage")},
    }
    replaced = {
        "_init_ccxt": MagicMock(), "reload_markets": MagicMock(), "validate_config": MagicMock(),
        "validate_timeframes": MagicMock(), "markets": {"BTC/USDT": market}, "precisionMode": 4,
        "precision_mode_price": 4, "get_fee": MagicMock(return_value=FEE), "id": "binance", "name": "Binance",
        "timeframes": ["1h", "5m"],
    }
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for part in ("data", "strategies"):
            (root / part).mkdir()
        (root / "strategies" / "cross.py").write_text(FREQTRADE.format(timeframe=timeframe))
        get_datahandler(root / "data", "feather").ohlcv_store(
            "BTC/USDT", timeframe, candles.reset_index(names="date"), CandleType.SPOT
        )
        side = {"price_side": "same", "use_order_book": False}
        settings = {
            "max_open_trades": 1, "stake_currency": "USDT", "stake_amount": 1_000, "dry_run": True,
            "dry_run_wallet": 100_000, "fee": FEE, "timeframe": timeframe, "strategy": "Cross", "timerange": "",
            "strategy_path": str(root / "strategies"), "user_data_dir": root, "datadir": root / "data",
            "exchange": {"name": "binance", "pair_whitelist": ["BTC/USDT"], "pair_blacklist": []},
            "pairlists": [{"method": "StaticPairList"}], "entry_pricing": side, "exit_pricing": side,
            "runmode": RunMode.BACKTEST, "dataformat_ohlcv": "feather", "dataformat_trades": "feather",
            "trading_mode": "spot", "margin_mode": "", "candle_type_def": CandleType.SPOT, "export": "none",
            "exportfilename": root / "out.json", "backtest_cache": "none", "original_config": {}, "internals": {},
            "verbosity": 0, "strategy_list": None, "recursive_strategy_search": False, "timeframe_detail": "",
            "enable_protections": False, "db_url": "sqlite://",
            "unfilledtimeout": {"entry": 10, "exit": 10, "unit": "minutes"},
        }

        def run():
            with ExitStack() as stack:
                for name, value in replaced.items():
                    exchange = "freqtrade.exchange.exchange.Exchange"
                    stack.enter_context(patch(f"{exchange}.{name}", value, create=True))
                lists = "freqtrade.plugins.pairlistmanager.PairListManager"
                stack.enter_context(patch(f"{lists}.refresh_pairlist"))
                stack.enter_context(patch(f"{lists}.whitelist", ["BTC/USDT"]))
                tester = Backtesting(dict(settings))
                data, span = tester.load_bt_data()
                tester.backtest_one_strategy(tester.strategylist[0], data, span)
                trades = tester.all_bt_content["Cross"]["results"]
                tester.cleanup()
            step = candles.index[1] - candles.index[0]
            return [(trades[k] - candles.index[0]) // step for k in ("open_date", "close_date")]

        measure("freqtrade", len(candles), run)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("act", choices=["make", "backtesting", "vectorbt", "freqtrade"])
    parser.add_argument("file")
    parser.add_argument("name", nargs="?")
    options = parser.parse_args()
    if options.act == "make":
        make(options.file)
    else:
        globals()[options.act](read(options.file))
