"""The labelled events, the feature rows that `tradepulse pumps features` writes, and the judge's scoring."""
import csv
import gzip
import importlib.util

import numpy as np


def load_judge(path):
    """The judge's own module, so that nothing here scores itself."""
    spec = importlib.util.spec_from_file_location("judge", path)
    judge = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(judge)
    return judge


def table(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


class Data:
    """Events and coverage of the folder, cut in two between the 84th and the 85th event."""

    def __init__(self, folder, judge, earlier_events=84):
        self.folder, self.judge = folder, judge
        events = sorted(table(f"{folder}/events.csv"), key=lambda row: float(row["onset"]))
        self.events = [(row["symbol"], float(row["onset"]), float(row["announced"])) for row in events]
        self.coverage = [(r["symbol"], float(r["start"]), float(r["end"])) for r in table(f"{folder}/coverage.csv")]
        self.cut = (self.events[earlier_events - 1][1] + self.events[earlier_events][1]) / 2

    def bench(self, since=-1e18, until=1e18):
        """The judge over the events and the coverage of a period."""
        coverage, events, first = {}, {}, {}
        for symbol, start, end in self.coverage:
            start, end = max(start, since), min(end, until)
            if start < end:
                coverage.setdefault(symbol, []).append((start, end))
        for symbol, onset, announced in self.events:
            if since <= onset < until:
                events.setdefault(symbol, []).append(onset)
                first[(symbol, onset)] = announced
        return self.judge.Bench(events, coverage, None, first)


class Rows:
    """One row per look at a market: symbol, instant (s), whether five seconds ended there, and the features."""

    def __init__(self, path):
        with (gzip.open if path.endswith(".gz") else open)(path, "rt") as file:
            self.names = file.readline().strip().split(",")[3:]
            symbols, instants, chunks, values = [], [], [], []
            for line in file:
                symbol, instant, look, rest = line.split(",", 3)
                symbols.append(symbol)
                instants.append(int(instant) / 1000)
                chunks.append(look == "chunk")
                values.append(np.fromstring(rest, dtype=np.float32, sep=","))
        self.symbol, self.at = np.array(symbols), np.array(instants)
        self.chunk, self.values = np.array(chunks), np.array(values)

    def label(self, data, positive_seconds=60.0):
        """1: the first minute of an event. -1: the rest of its hour and the minute before, which teach nothing. 0: else.

        Also the event of each row that belongs to one, and which rows are covered.
        """
        label = np.zeros(len(self.at), np.int8)
        event = np.full(len(self.at), -1)
        for number, (symbol, onset, announced) in enumerate(data.events):
            own = (self.symbol == symbol) & (self.at > min(onset, announced) - 60) & (self.at <= onset + 3600)
            label[own] = -1
            label[own & (self.at >= onset) & (self.at <= onset + positive_seconds)] = 1
            event[own] = number
        covered = np.zeros(len(self.at), bool)
        for symbol, start, end in data.coverage:
            covered |= (self.symbol == symbol) & (self.at >= start) & (self.at <= end)
        return label, event, covered

    def blocks(self, seconds):
        """A number for each symbol and stretch of time."""
        keys = np.char.add(self.symbol.astype(str), (self.at // seconds).astype(int).astype(str))
        return np.unique(keys, return_inverse=True, return_counts=True)[1:]

    def predictions(self, score, among):
        """What the judge takes: symbol -> [(instant, score)], in order."""
        out = {}
        for index in np.flatnonzero(among):
            out.setdefault(self.symbol[index], []).append((self.at[index], float(score[index])))
        for rows in out.values():
            rows.sort()
        return out
