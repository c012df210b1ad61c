// The drawing itself, by TradingView's Lightweight Charts. Its scale needs floating-point numbers; the exact figures
// are the texts beside it, which come from the API's decimal strings.

/** Asks for older candles when fewer than this many are left of the visible ones. */
const nearStart = 20;
const mostDigits = 12;

/** The library once the page has loaded, or nothing when it was not installed. */
export async function findLibrary() {
  if (document.readyState !== "complete") await new Promise((done) => addEventListener("load", done, { once: true }));
  return window.LightweightCharts;
}

export class Plot {
  #chart;
  #candles;
  #volumes;
  isHovered = false;
  onHover = () => {};
  onNearStart = () => {};

  constructor(library, element) {
    this.#chart = library.createChart(element, {
      autoSize: true,
      crosshair: { mode: library.CrosshairMode.Normal },
      timeScale: { borderVisible: false, secondsVisible: false, rightOffset: 4 },
      rightPriceScale: { borderVisible: false, scaleMargins: { top: 0.06, bottom: 0.22 } },
    });
    this.#candles = this.#chart.addCandlestickSeries({ borderVisible: false });
    this.#volumes = this.#chart.addHistogramSeries({
      priceScaleId: "", priceFormat: { type: "volume" }, lastValueVisible: false, priceLineVisible: false,
    });
    this.#volumes.priceScale().applyOptions({ scaleMargins: { top: 0.84, bottom: 0 } });
    this.applyColours();
    this.#chart.subscribeCrosshairMove(({ time }) => {
      this.isHovered = time !== undefined;
      this.onHover(time === undefined ? undefined : time * 1000);
    });
    this.#chart.timeScale().subscribeVisibleLogicalRangeChange((range) => {
      if (range && range.from < nearStart) this.onNearStart();
    });
  }

  /** Takes the page's colours; called again when the reader changes between light and dark. */
  applyColours() {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    this.#chart.applyOptions({
      layout: {
        background: { color: colour("--panel") },
        textColor: colour("--dim"),
        fontFamily: getComputedStyle(document.body).fontFamily,
      },
      grid: { vertLines: { color: colour("--line") }, horzLines: { color: colour("--line") } },
    });
    this.#candles.applyOptions({
      upColor: colour("--gain-fill"), wickUpColor: colour("--gain-fill"),
      downColor: colour("--loss-fill"), wickDownColor: colour("--loss-fill"),
    });
    this.#volumes.applyOptions({ color: colour("--volume") });
  }

  draw(items, digits, hasTime) {
    const precision = Math.min(digits, mostDigits);
    this.#candles.applyOptions({
      priceFormat: { type: "custom", minMove: 10 ** -precision, formatter: (price) => price.toFixed(precision) },
    });
    this.#chart.applyOptions({ timeScale: { timeVisible: hasTime } });
    this.#candles.setData(items.map(candlePoint));
    this.#volumes.setData(items.map(volumePoint));
  }

  update(candle) {
    this.#candles.update(candlePoint(candle));
    this.#volumes.update(volumePoint(candle));
  }

  showNewest() {
    this.#chart.priceScale("right").applyOptions({ autoScale: true });
    this.#chart.timeScale().resetTimeScale();
  }
}

function candlePoint({ openTime, open, high, low, close }) {
  return { time: openTime / 1000, open: Number(open), high: Number(high), low: Number(low), close: Number(close) };
}

function volumePoint({ openTime, volume }) {
  return { time: openTime / 1000, value: Number(volume) };
}
