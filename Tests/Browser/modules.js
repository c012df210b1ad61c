// Run inside the page: the modules that decide something, against tables. Returns a list of sentences, empty when right.
(async () => {
  const wrong = [];
  const equal = (what, got, wanted) => {
    if (JSON.stringify(got) !== JSON.stringify(wanted)) wrong.push(`${what}: ${JSON.stringify(got)}, not ${JSON.stringify(wanted)}`);
  };
  const { compare, grouped, compact, percent, highest, lowest } = await import("/dashboard/decimal.js");
  const { afterClose } = await import("/dashboard/backoff.js");
  const { CandleSeries, mostCandles } = await import("/dashboard/candles.js");

  for (const [a, b, sign] of [
    ["1", "2", -1], ["10", "9", 1], ["0.10", "0.1", 0], ["-1", "1", -1], ["-2", "-1", -1], ["0", "-0.0", 0], ["007", "7", 0],
    ["0.000000000000000001", "0.000000000000000002", -1], ["9007199254740993", "9007199254740992", 1],
    ["12345678901234567890.123456789012345678", "12345678901234567890.123456789012345679", -1], ["nonsense", "0", -1],
  ]) {
    equal(`compare(${a}, ${b})`, Math.sign(compare(a, b)), sign);
    equal(`compare(${b}, ${a})`, Math.sign(compare(b, a)) + 0, -sign + 0);
  }
  for (const [text, wanted] of [
    ["67123.4500", "67,123.4500"], ["0.000000000000000001", "0.000000000000000001"], ["1234567", "1,234,567"], ["-1234.5", "-1,234.5"],
    ["12345678901234567890.123456789012345678", "12,345,678,901,234,567,890.123456789012345678"], ["999", "999"], ["1e5", "–"], ["<b>", "–"],
  ]) equal(`grouped(${text})`, grouped(text), wanted);
  equal("grouped with digits adds zeros and takes none away", ["150.1", "150.123", "7"].map((text) => grouped(text, 2)), ["150.10", "150.123", "7.00"]);
  for (const [text, wanted] of [
    ["0", "0"], ["0.1234", "0.12"], ["999.999", "999"], ["1000", "1.00K"], ["1234567.8", "1.23M"], ["56789012", "56.7M"],
    ["999999999", "999M"], ["1234567890", "1.23B"], ["1234567890123456789012", "1234567Q"],
  ]) equal(`compact(${text})`, compact(text), wanted);
  for (const [number, wanted] of [[1.234, "+1.23%"], [-1.25, "−1.25%"], [0, "0.00%"], [-0.001, "0.00%"], [null, "–"], [undefined, "–"]]) {
    equal(`percent(${number})`, percent(number), wanted);
  }
  equal("highest", highest("9.9", "10.1"), "10.1");
  equal("lowest", lowest("9.9", "10.1"), "9.9");

  equal("a refused token asks for a new sign-in", afterClose(4401, 0).action, "signIn");
  equal("a blocked visitor does not come back by itself", afterClose(4403, 0).action, "stop");
  equal("too many messages: wait long", afterClose(4429, 0, 0).delay >= 10_000, true);
  for (const code of [1000, 1006, 1011, 1012, 4408]) equal(`${code} is retried`, afterClose(code, 0).action, "retry");
  equal("delays double, drawn from the upper half", [0, 1, 2, 3].map((n) => [afterClose(1006, n, 0).delay, afterClose(1006, n, 1).delay]),
    [[250, 500], [500, 1000], [1000, 2000], [2000, 4000]]);
  equal("and end at 20 s", afterClose(1006, 1000, 1).delay, 20_000);

  const candle = (openTime, close, closed = true) => ({ openTime, open: close, high: close, low: close, close, volume: "1", closed });
  const series = new CandleSeries(60_000);
  equal("no history, no candle from a tick", series.tick("1", 60_000), undefined);
  equal("three are new", series.merge([candle(120_000, "3", false), candle(0, "1"), candle(60_000, "2")]), 3);
  equal("oldest first", series.items.map((item) => item.openTime), [0, 60_000, 120_000]);
  series.tick("3.5", 150_000);
  series.tick("2.5", 151_000);
  const last = ({ open, high, low, close }) => [open, high, low, close];
  equal("ticks move the last candle", last(series.last), ["3", "3.5", "2.5", "2.5"]);
  equal("an old tick changes nothing", series.tick("9", 119_999), undefined);
  series.tick("2.6", 180_000);
  equal("the next interval begins a candle", [series.last.openTime, ...last(series.last)], [180_000, "2.6", "2.6", "2.6", "2.6"]);
  equal("the API's candle wins", [series.merge([candle(180_000, "7")]), series.last.close], [0, "7"]);
  equal("a closed candle is not moved", [series.tick("8", 190_000), series.last.close], [undefined, "7"]);
  equal("found by open time", [series.at(60_000)?.close, series.at(60_001)], ["2", undefined]);
  series.merge(Array.from({ length: mostCandles + 50 }, (_, n) => candle((n + 10) * 60_000, "1")));
  equal("history is bounded", series.items.length, mostCandles);
  return wrong;
})()
