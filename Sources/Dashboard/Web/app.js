// Puts the page together: sign in, load the market, follow it live.

import * as api from "./api.js";
import { CandleChart } from "./chart.js";
import { grouped, percent } from "./decimal.js";
import { LiveConnection } from "./live.js";
import { Plot, findLibrary } from "./plot.js";
import { Session } from "./session.js";
import { SignInForm } from "./sign-in.js";
import { TickerTable } from "./tickers.js";

const element = (id) => document.getElementById(id);
const names = { binance: "Binance", bybit: "Bybit", okx: "OKX", mexc: "MEXC" };
/** The whole list is read again this often: new markets, and which prices went stale. */
const refreshMilliseconds = 60_000;
/** ...and this soon when it failed, was empty, or a price came for a market that is not in it. */
const soonMilliseconds = 3_000;
/** The chosen market's price above the chart and in the window's title. */
const quoteMilliseconds = 100;

const session = new Session({ renewed: (token) => live?.renew(token), ended: leave });

let live = null;
let timers = [];
let soon = 0;
let quoteTimer = 0;
let isSimulated = false;
/** Whether the live connection was refused since it last worked. */
let isRefused = false;

const form = new SignInForm((answer) => {
  session.begin(answer);
  enter();
});
const chart = new CandleChart({
  title: element("chart-title"), chart: element("chart"), legend: element("legend"), notice: element("chart-notice"),
  intervals: element("intervals"), details: element("candle-details"), rows: element("candle-rows"),
}, session);
const table = new TickerTable({
  scroll: element("ticker-scroll"), table: element("tickers"), body: element("ticker-rows"), search: element("search"),
  quote: element("quote"), count: element("count"), noMatch: element("no-match"),
}, choose);

element("sign-out").addEventListener("click", () => {
  session.signOut();
  leave("");
});
if (session.isKept) session.renew().then((isSignedIn) => isSignedIn && enter());
addEventListener("hashchange", () => {
  const symbol = symbolInAddress();
  if (session.token && symbol && symbol !== chart.symbol) choose(symbol);
});
findLibrary().then((library) => {
  // The element has a size only once the market is shown; the library follows it from there.
  chart.usePlot(library ? new Plot(library, element("chart")) : null);
});

async function enter() {
  const { user } = session;
  await loadMarket();
  if (session.user?.id !== user.id) return;
  element("account").textContent = user.email;
  showView(true);
  chooseFirst();
  connect();
  clearTimers();
  timers = [setInterval(loadMarket, refreshMilliseconds)];
}

function connect() {
  live?.stop();
  live = new LiveConnection(session.token, {
    message: receive,
    state: showConnection,
    resumed: () => { loadMarket(); chart.resumed(); },
    refused: tryAgain,
  });
  live.start();
}

/** A refused connection is tried once more with a new token: the old one may have ended while the computer slept. */
async function tryAgain(reason) {
  if (isRefused || !(await session.renew())) return leave(reason);
  isRefused = true;
  connect();
}

function leave(reason) {
  session.end();
  clearTimers();
  clearTimeout(soon);
  soon = 0;
  live?.stop();
  live = null;
  isRefused = false;
  chart.stop();
  showConnection("idle", "");
  showView(false);
  form.open(reason);
}

function clearTimers() {
  for (const timer of timers) clearInterval(timer);
  timers = [];
}

function showView(isSignedIn) {
  element("sign-in-view").hidden = isSignedIn;
  element("market-view").hidden = !isSignedIn;
  element("sign-out").hidden = !isSignedIn;
  element("account").hidden = !isSignedIn;
  element("market-state").hidden = !isSignedIn;
}

/** Reads tickers and the exchanges' states; a failure leaves what is on screen. */
async function loadMarket() {
  const token = session.token;
  const [list, exchanges] = await Promise.allSettled([api.tickers(token), api.exchanges(token)]);
  if (token !== session.token) return;
  for (const answer of [list, exchanges]) if (answer.status === "rejected") session.failed(answer.reason);
  if (list.status === "fulfilled") table.load(list.value.items);
  if (!table.firstSymbol) loadMarketSoon();
  else if (live && !chart.symbol) chooseFirst();
  if (exchanges.status === "fulfilled") showExchanges(exchanges.value);
}

function loadMarketSoon() {
  if (!session.token || soon) return;
  soon = setTimeout(() => {
    soon = 0;
    loadMarket();
  }, soonMilliseconds);
}

function showExchanges(exchanges) {
  isSimulated = exchanges.some(({ state }) => state === "simulated");
  if (isSimulated) return showSimulated();
  const line = element("market-state");
  const states = exchanges.map(({ exchange, state, lagMs }) => {
    const lag = state === "live" && lagMs?.p50 != null ? `, ${Math.round(lagMs.p50)} ms behind` : "";
    return `${names[exchange] ?? exchange} ${state}${lag}`;
  });
  line.className = exchanges.every(({ state }) => state === "live") ? "market-state" : "market-state troubled";
  line.textContent = states.join(" · ");
}

function showSimulated() {
  const line = element("market-state");
  const name = document.createElement("strong");
  name.textContent = "SIMULATED MARKET";
  line.className = "market-state simulated";
  line.replaceChildren(name, " · made-up or replayed prices");
}

function receive(message) {
  if (message.type === "ticker") {
    if (!table.tick(message)) return loadMarketSoon();
    chart.tick(message);
    if (message.symbol === chart.symbol) quoteTimer ||= setTimeout(showQuote, quoteMilliseconds);
  } else if (message.type === "welcome" && message.state === "simulated" && !isSimulated) {
    isSimulated = true;
    showSimulated();
  }
}

function showQuote() {
  clearTimeout(quoteTimer);
  quoteTimer = 0;
  const row = table.get(chart.symbol);
  const change = element("chart-change");
  const price = row ? grouped(row.price, row.digits) : "";
  element("chart-price").textContent = price;
  change.textContent = row ? percent(row.change24h) : "";
  change.className = `change ${row?.change24h > 0 ? "gain" : row?.change24h < 0 ? "loss" : ""}`;
  document.title = row ? `${price} ${row.symbol} · TradePulse` : "TradePulse";
}

function showConnection(state, text) {
  if (state === "live") isRefused = false;
  const status = element("connection");
  status.dataset.state = state;
  if (status.textContent !== text) status.textContent = text;
}

function symbolInAddress() {
  const symbol = location.hash.slice(1);
  return table.get(symbol) ? symbol : null;
}

function chooseFirst() {
  const symbol = symbolInAddress() ?? table.firstSymbol;
  if (symbol) choose(symbol);
}

function choose(symbol) {
  table.choose(symbol);
  history.replaceState(null, "", `#${symbol}`);
  chart.show(symbol);
  showQuote();
}
