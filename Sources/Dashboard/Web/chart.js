// The candle chart of the chosen symbol: history, the living last candle, and the figures under the crosshair.

import * as api from "./api.js";
import { CandleSeries, intervals, mostCandles } from "./candles.js";
import { compact, compare, fractionDigits, grouped } from "./decimal.js";

const pageSize = 200;
/** Ticks carry no candle volume, so the newest candles are read again this often. */
const refreshMilliseconds = 30_000;
const refreshCount = 5;
/** ...and this long after an interval ended, for the final figures of its candle. */
const settleMilliseconds = 2_000;
const tableRows = 100;

export class CandleChart {
  #view;
  #session;
  #symbol = null;
  #interval = intervals[0];
  #series = new CandleSeries(intervals[0].milliseconds);
  /** Grows with every new choice: an answer for an older choice is dropped. */
  #choice = 0;
  /** Most digits after the point among the candles. */
  #digits = 0;
  #isComplete = false;
  #isLoadingOlder = false;
  #plot = null;
  #refresh = 0;
  #settle = 0;

  /** `view`: `{title, chart, legend, notice, intervals, details, rows}`, elements; `session`: `{token, failed(error)}`. */
  constructor(view, session) {
    this.#view = view;
    this.#session = session;
    for (const interval of intervals) view.intervals.append(this.#intervalChoice(interval));
    view.details.addEventListener("toggle", () => this.#fillTable());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#plot?.applyColours());
  }

  get symbol() {
    return this.#symbol;
  }

  /** Called once the page has loaded, with the charting library or without it. */
  usePlot(plot) {
    this.#plot = plot;
    this.#view.chart.hidden = !plot;
    if (!plot) {
      this.#view.details.open = true;
      return;
    }
    plot.onHover = (time) => this.#describe(time === undefined ? undefined : this.#series.at(time));
    plot.onNearStart = () => this.#loadOlder();
  }

  async show(symbol, interval = this.#interval) {
    const choice = ++this.#choice;
    this.#symbol = symbol;
    this.#interval = interval;
    this.#isComplete = false;
    this.#stopTimers();
    this.#series = new CandleSeries(interval.milliseconds);
    this.#view.title.textContent = symbol;
    this.#view.chart.setAttribute("aria-label", `Candle chart of ${symbol}, ${interval.name}`);
    this.#notice("Loading candles…");
    this.#draw();
    try {
      const page = await api.candles(this.#session.token, symbol, interval.name, { limit: pageSize });
      if (choice !== this.#choice) return;
      this.#series.merge(page.items);
      this.#notice(this.#view.chart.hidden ? "The chart library is not installed: candles are shown as a table." : "");
      if (page.items.length === 0) this.#notice(`No candles of ${symbol} yet.`);
      this.#draw();
      this.#plot?.showNewest();
      this.#refresh = setInterval(() => this.#readNewest(), refreshMilliseconds);
    } catch (error) {
      if (choice === this.#choice) this.#failed(error);
    }
  }

  stop() {
    this.#choice += 1;
    this.#stopTimers();
  }

  #stopTimers() {
    clearInterval(this.#refresh);
    clearTimeout(this.#settle);
  }

  tick({ symbol, price, ts }) {
    if (symbol !== this.#symbol) return;
    const before = this.#series.last;
    const candle = this.#series.tick(price, ts);
    if (!candle) return;
    if (candle !== before) this.#settle = setTimeout(() => this.#readNewest(), settleMilliseconds);
    this.#plot?.update(candle);
    if (!this.#plot?.isHovered) this.#describe();
    if (this.#view.details.open) this.#fillTable();
  }

  /** Reads the newest candles again; after a long silence, everything. */
  async #readNewest() {
    const choice = this.#choice;
    const last = this.#series.last;
    if (!last) return this.show(this.#symbol);
    try {
      const page = await api.candles(this.#session.token, this.#symbol, this.#interval.name, { limit: refreshCount });
      if (choice !== this.#choice || page.items.length === 0) return;
      if (page.items[0].openTime > last.openTime) return this.show(this.#symbol);
      this.#series.merge(page.items);
      this.#draw();
    } catch (error) {
      if (choice === this.#choice) this.#session.failed(error);
    }
  }

  resumed() {
    if (this.#symbol) this.#readNewest();
  }

  async #loadOlder() {
    const first = this.#series.first;
    if (!first || this.#isComplete || this.#isLoadingOlder || this.#series.items.length >= mostCandles) return;
    const choice = this.#choice;
    this.#isLoadingOlder = true;
    try {
      const options = { to: first.openTime - 1, limit: pageSize };
      const page = await api.candles(this.#session.token, this.#symbol, this.#interval.name, options);
      if (choice !== this.#choice) return;
      this.#isComplete = this.#series.merge(page.items) === 0;
      if (!this.#isComplete) this.#draw();
    } catch (error) {
      this.#isComplete = true;
      this.#session.failed(error);
    } finally {
      this.#isLoadingOlder = false;
    }
  }

  #draw() {
    const items = this.#series.items;
    this.#digits = items.reduce((most, candle) => Math.max(most, fractionDigits(candle.close), fractionDigits(candle.low)), 0);
    this.#plot?.draw(items, this.#digits, this.#interval.milliseconds < 86_400_000);
    this.#describe();
    this.#fillTable();
  }

  #describe(candle = this.#series.last) {
    const legend = this.#view.legend;
    if (!candle) return legend.replaceChildren();
    const figures = [["O", candle.open], ["H", candle.high], ["L", candle.low], ["C", candle.close]];
    const direction = compare(candle.close, candle.open) < 0 ? "loss" : "gain";
    const parts = figures.map(([name, value]) => figure(name, grouped(value, this.#digits), direction));
    const time = figure(utc(candle.openTime), "UTC", "");
    legend.replaceChildren(...parts, figure("Vol", compact(candle.volume), ""), time);
  }

  #fillTable() {
    if (!this.#view.details.open) return;
    const newest = this.#series.items.slice(-tableRows).reverse();
    this.#view.rows.replaceChildren(...newest.map((candle) => {
      const row = document.createElement("tr");
      const time = document.createElement("th");
      time.scope = "row";
      time.textContent = utc(candle.openTime);
      row.append(time);
      for (const value of [candle.open, candle.high, candle.low, candle.close, candle.volume]) {
        row.insertCell().textContent = grouped(value);
      }
      return row;
    }));
  }

  #intervalChoice(interval) {
    const label = document.createElement("label");
    const input = document.createElement("input");
    input.type = "radio";
    input.name = "interval";
    input.value = interval.name;
    input.checked = interval === this.#interval;
    input.addEventListener("change", () => this.show(this.#symbol, interval));
    const name = document.createElement("span");
    name.textContent = interval.name;
    label.append(input, name);
    return label;
  }

  #notice(text) {
    this.#view.notice.textContent = text;
  }

  #failed(error) {
    this.#notice(error.detail ?? error.message);
    this.#session.failed(error);
  }
}

/** "2024-03-01 09:15" of milliseconds since the epoch. */
function utc(time) {
  return new Date(time).toISOString().slice(0, 16).replace("T", " ");
}

function figure(name, value, direction) {
  const element = document.createElement("span");
  const label = document.createElement("i");
  label.textContent = name;
  const text = document.createElement("span");
  text.className = direction;
  text.textContent = value;
  element.append(label, " ", text);
  return element;
}
