// The ticker table. Every market is a row in the document, so that searching, reading aloud and the keyboard work as in
// any table, but only rows on screen are written to, at most ten times a second, however fast prices arrive.

import { compact, compare, fractionDigits, grouped, percent } from "./decimal.js";

const paintMilliseconds = 100;
/** A changed price is tinted for this long. No animation: at ten changes a second it would repaint every frame. */
const flashMilliseconds = 300;
/** Rows change places this often, and never under the pointer or the keyboard. */
const reorderMilliseconds = 2_000;
/** More characters than this are set smaller, so that no digit is cut off. */
const longPrice = 12;
const preferredQuote = "USDT";

const orders = {
  symbol: (a, b) => (a.symbol < b.symbol ? -1 : a.symbol > b.symbol ? 1 : 0),
  price: (a, b) => compare(a.price, b.price),
  change24h: (a, b) => (a.change24h ?? -Infinity) - (b.change24h ?? -Infinity) || 0,
  volume: (a, b) => compare(a.volume, b.volume),
};

export class TickerTable {
  #rows = new Map();
  #byElement = new WeakMap();
  #dirty = new Set();
  /** Tinted rows and when the tint ends, oldest first. */
  #tinted = new Map();
  #key = "volume";
  #ascending = false;
  #chosen = null;
  #paintTimer = 0;
  #view;
  #onChoose;
  #onScreen;

  /** `view`: `{scroll, table, body, search, quote, count, noMatch}`, elements; `onChoose(symbol)`. */
  constructor(view, onChoose) {
    this.#view = view;
    this.#onChoose = onChoose;
    this.#onScreen = new IntersectionObserver((entries) => this.#seen(entries), { root: view.scroll, rootMargin: "120px" });
    view.search.addEventListener("input", () => this.#arrange());
    view.quote.addEventListener("change", () => this.#arrange());
    view.body.addEventListener("click", (event) => this.#choose(event.target));
    view.body.addEventListener("keydown", (event) => this.#moveFocus(event));
    for (const head of view.table.tHead.rows[0].cells) {
      head.firstElementChild.addEventListener("click", () => this.#sortBy(head.dataset.key));
    }
    setInterval(() => this.#reorder(), reorderMilliseconds);
    this.#markSort();
  }

  get(symbol) {
    return this.#rows.get(symbol);
  }

  /** The market at the top of the table: what is shown before anything is chosen. */
  get firstSymbol() {
    return this.#byElement.get(this.#view.body.rows[0])?.symbol ?? this.#rows.keys().next().value;
  }

  /** Takes the whole list from the API: new markets get a row, vanished ones lose it. */
  load(items) {
    const known = new Set(items.map((item) => item.symbol));
    for (const [symbol, row] of this.#rows) {
      if (known.has(symbol)) continue;
      this.#onScreen.unobserve(row.element);
      this.#dirty.delete(row);
      this.#tinted.delete(row);
      this.#rows.delete(symbol);
    }
    for (const item of items) this.#update(this.#rows.get(item.symbol) ?? this.#addRow(item), item);
    this.#listQuotes();
    this.#arrange();
  }

  /** Takes one tick. Returns false for a market that the list does not have yet. */
  tick(message) {
    const row = this.#rows.get(message.symbol);
    if (!row) return false;
    this.#update(row, { ...message, stale: message.stale ?? false });
    return true;
  }

  choose(symbol) {
    this.#mark(this.#chosen, false);
    this.#chosen = symbol;
    this.#mark(symbol, true);
  }

  #mark(symbol, isChosen) {
    const row = this.#rows.get(symbol);
    if (!row) return;
    row.element.classList.toggle("chosen", isChosen);
    row.button.setAttribute("aria-pressed", String(isChosen));
    row.button.tabIndex = isChosen ? 0 : -1;
  }

  #addRow(item) {
    const element = document.createElement("tr");
    const head = document.createElement("th");
    head.scope = "row";
    const button = document.createElement("button");
    button.type = "button";
    button.tabIndex = -1;
    button.setAttribute("aria-pressed", "false");
    const base = document.createElement("b");
    base.textContent = item.base ?? item.symbol;
    const quote = document.createElement("span");
    quote.textContent = (item.quote ? `/${item.quote}` : "") + (item.symbol.endsWith("-PERP") ? " perp" : "");
    button.append(base, quote);
    head.append(button);
    const [price, change, volume] = [0, 1, 2].map(() => element.appendChild(document.createElement("td")));
    element.prepend(head);
    element.dataset.symbol = item.symbol;
    const row = { symbol: item.symbol, quote: item.quote ?? "", element, button, cells: { price, change, volume }, isOnScreen: false };
    this.#rows.set(item.symbol, row);
    this.#byElement.set(element, row);
    this.#onScreen.observe(element);
    return row;
  }

  #update(row, { price, change24h, volume, stale }) {
    row.price = price;
    // The most digits seen stand for the market's tick size, which prices without trailing zeros do not show.
    row.digits = Math.max(row.digits ?? 0, fractionDigits(price));
    row.change24h = change24h;
    row.volume = volume;
    row.stale = stale === true;
    this.#dirty.add(row);
    if (row.isOnScreen) this.#schedulePaint();
  }

  #seen(entries) {
    for (const { target, isIntersecting } of entries) {
      const row = this.#byElement.get(target);
      row.isOnScreen = isIntersecting;
      if (!isIntersecting) row.wasPainted = false;
    }
    this.#schedulePaint();
  }

  #schedulePaint() {
    if (this.#paintTimer) return;
    this.#paintTimer = setTimeout(() => requestAnimationFrame(() => {
      this.#paintTimer = 0;
      const now = performance.now();
      this.#endTints(now);
      for (const row of this.#dirty) {
        if (!row.isOnScreen) continue;
        this.#dirty.delete(row);
        this.#paint(row, now);
      }
      if (this.#tinted.size > 0) this.#schedulePaint();
    }), paintMilliseconds);
  }

  #endTints(now) {
    for (const [row, end] of this.#tinted) {
      if (end > now) break;
      this.#tinted.delete(row);
      row.cells.price.classList.remove("up", "down");
    }
  }

  #tint(row, direction, now) {
    row.cells.price.classList.toggle("up", direction > 0);
    row.cells.price.classList.toggle("down", direction < 0);
    this.#tinted.delete(row);
    this.#tinted.set(row, now + flashMilliseconds);
  }

  #paint(row, now) {
    const { price, change, volume } = row.cells;
    const text = grouped(row.price, row.digits);
    if (price.textContent !== text) {
      // Only a price that was on screen before can have moved before the reader's eyes.
      if (row.wasPainted) this.#tint(row, compare(row.price, row.painted), now);
      price.textContent = text;
      price.classList.toggle("long", text.length > longPrice);
    }
    row.painted = row.price;
    row.wasPainted = true;
    change.textContent = percent(row.change24h);
    change.className = row.change24h > 0 ? "gain" : row.change24h < 0 ? "loss" : "";
    volume.textContent = compact(row.volume);
    volume.title = grouped(row.volume);
    row.element.classList.toggle("stale", row.stale);
    row.element.title = row.stale ? "No fresh price from the exchange" : "";
  }

  #listQuotes() {
    const quotes = [...new Set([...this.#rows.values()].map((row) => row.quote))].filter(Boolean).sort();
    const select = this.#view.quote;
    const known = [...select.options].slice(1).map((option) => option.value);
    if (select.options.length > 0 && quotes.join() === known.join()) return;
    const chosen = select.options.length > 0 ? select.value : preferredQuote;
    select.replaceChildren(...["", ...quotes].map((quote) => new Option(quote || "All", quote)));
    select.value = quotes.includes(chosen) ? chosen : "";
  }

  #matching() {
    const wanted = this.#view.search.value.trim().toUpperCase().replace("/", "");
    const quote = this.#view.quote.value;
    // A search looks through every quote asset: who types "ETHBTC" means it.
    const matches = (row) => (wanted ? row.symbol.includes(wanted) : !quote || row.quote === quote);
    const order = orders[this.#key];
    const sign = this.#ascending ? 1 : -1;
    // The symbol itself comes before those it is a part of: BTCUSDT before BTCUSDT-PERP, however much that trades.
    const isOther = (row) => Number(row.symbol !== wanted);
    return [...this.#rows.values()].filter(matches)
      .sort((a, b) => isOther(a) - isOther(b) || sign * order(a, b) || orders.symbol(a, b));
  }

  #arrange() {
    const rows = this.#matching();
    const { body, count, noMatch } = this.#view;
    const isSame = rows.length === body.rows.length && rows.every((row, index) => body.rows[index] === row.element);
    if (!isSame) body.replaceChildren(...rows.map((row) => row.element));
    const text = `${rows.length} ${rows.length === 1 ? "market" : "markets"}`;
    if (count.textContent !== text) count.textContent = text;
    noMatch.hidden = rows.length > 0;
    noMatch.textContent = this.#rows.size > 0 ? "No symbol matches." : "Waiting for the first prices…";
    this.#setTabStop(rows);
  }

  /** The table is one stop for the Tab key: what a search found first, or else the row that was the stop before. */
  #setTabStop(rows) {
    const before = rows.find((row) => row.button.tabIndex === 0);
    const stop = (this.#view.search.value ? rows[0] : before) ?? rows[0];
    if (!stop || stop === before) return;
    if (before) before.button.tabIndex = -1;
    stop.button.tabIndex = 0;
  }

  #reorder() {
    const isBusy = this.#view.scroll.matches(":hover") || this.#view.body.contains(document.activeElement);
    if (!isBusy && this.#key !== "symbol" && this.#rows.size > 0) this.#arrange();
  }

  #sortBy(key) {
    this.#ascending = key === this.#key ? !this.#ascending : key === "symbol";
    this.#key = key;
    this.#markSort();
    this.#arrange();
    this.#view.scroll.scrollTop = 0;
  }

  #markSort() {
    for (const head of this.#view.table.tHead.rows[0].cells) {
      if (head.dataset.key === this.#key) head.setAttribute("aria-sort", this.#ascending ? "ascending" : "descending");
      else head.removeAttribute("aria-sort");
    }
  }

  #choose(target) {
    const row = this.#byElement.get(target.closest("tr"));
    if (row) this.#onChoose(row.symbol);
  }

  #moveFocus(event) {
    const element = event.target.closest("tr");
    const next = {
      ArrowDown: element.nextElementSibling,
      ArrowUp: element.previousElementSibling,
      Home: this.#view.body.firstElementChild,
      End: this.#view.body.lastElementChild,
    }[event.key];
    if (!next) return;
    event.preventDefault();
    this.#byElement.get(next).button.focus();
  }
}
