// One symbol's candles over one interval: history from the API, the last one kept alive by ticks.

import { highest, lowest } from "./decimal.js";

/** Enough for weeks of one-minute scrolling back in one sitting; older ones are not asked for. */
export const mostCandles = 5_000;

export const intervals = [
  { name: "1m", milliseconds: 60_000 },
  { name: "5m", milliseconds: 300_000 },
  { name: "15m", milliseconds: 900_000 },
  { name: "1h", milliseconds: 3_600_000 },
  { name: "4h", milliseconds: 14_400_000 },
  { name: "1d", milliseconds: 86_400_000 },
];

export class CandleSeries {
  #interval;
  /** Oldest first, one per open time. */
  items = [];

  constructor(intervalMilliseconds) {
    this.#interval = intervalMilliseconds;
  }

  get first() {
    return this.items[0];
  }

  get last() {
    return this.items.at(-1);
  }

  at(openTime) {
    let low = 0;
    let high = this.items.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = this.items[middle].openTime;
      if (found === openTime) return this.items[middle];
      if (found < openTime) low = middle + 1;
      else high = middle - 1;
    }
    return undefined;
  }

  /** Takes candles from the API, which win over what ticks had built. Returns how many were new. */
  merge(fresh) {
    const byTime = new Map(this.items.map((candle) => [candle.openTime, candle]));
    const before = byTime.size;
    for (const candle of fresh) byTime.set(candle.openTime, candle);
    this.items = [...byTime.values()].sort((a, b) => a.openTime - b.openTime).slice(-mostCandles);
    return byTime.size - before;
  }

  /** Lets a tick move the last candle or begin the next. Returns the candle it changed, or nothing for an old tick. */
  tick(price, time) {
    const last = this.last;
    if (!last || !Number.isFinite(time)) return undefined;
    const openTime = Math.floor(time / this.#interval) * this.#interval;
    if (openTime < last.openTime) return undefined;
    if (openTime > last.openTime) {
      const candle = { openTime, open: price, high: price, low: price, close: price, volume: "0", closed: false };
      this.items.push(candle);
      if (this.items.length > mostCandles) this.items.shift();
      return candle;
    }
    if (last.closed) return undefined;
    last.high = highest(last.high, price);
    last.low = lowest(last.low, price);
    last.close = price;
    return last;
  }
}
