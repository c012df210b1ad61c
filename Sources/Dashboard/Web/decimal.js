// Decimal strings as the API sends them ("67123.45"). They are compared and shortened as text and never pass through a
// floating-point number, so the page shows every digit that the server sent.

const pattern = /^(-?)(\d+)(?:\.(\d+))?$/;

function parts(text) {
  const match = pattern.exec(text);
  if (!match) return null;
  const whole = match[2].replace(/^0+(?=\d)/, "");
  const fraction = match[3] ?? "";
  return { negative: match[1] === "-", whole, fraction };
}

function compareText(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareMagnitudes(a, b) {
  if (a.whole.length !== b.whole.length) return a.whole.length - b.whole.length;
  const width = Math.max(a.fraction.length, b.fraction.length);
  return compareText(a.whole + a.fraction.padEnd(width, "0"), b.whole + b.fraction.padEnd(width, "0"));
}

/** Negative, zero or positive; what is not a decimal sorts below every decimal. */
export function compare(left, right) {
  const a = parts(left);
  const b = parts(right);
  if (!a || !b) return (a ? 1 : 0) - (b ? 1 : 0);
  const magnitudes = compareMagnitudes(a, b);
  if (a.negative !== b.negative) return isZero(a) && isZero(b) ? 0 : a.negative ? -1 : 1;
  return a.negative ? -magnitudes : magnitudes;
}

function isZero(value) {
  return !/[1-9]/.test(value.whole + value.fraction);
}

export function highest(left, right) {
  return compare(left, right) >= 0 ? left : right;
}

export function lowest(left, right) {
  return compare(left, right) <= 0 ? left : right;
}

/**
 * Thousands separated, every digit kept: "67123.4500" becomes "67,123.4500". With `digits`, zeros are added up to so many
 * after the point, so that a column of prices keeps its point in place.
 */
export function grouped(text, digits = 0) {
  const value = parts(text);
  if (!value) return "–";
  const whole = value.whole.replace(/\B(?=(\d{3})+$)/g, ",");
  const fraction = value.fraction.padEnd(digits, "0");
  return `${value.negative ? "-" : ""}${whole}${fraction ? `.${fraction}` : ""}`;
}

/** Three leading digits with a unit, cut rather than rounded: "1234567.8" becomes "1.23M". */
export function compact(text) {
  const value = parts(text);
  if (!value) return "–";
  const digits = value.whole.length;
  const step = Math.min(Math.floor((digits - 1) / 3), 5);
  const lead = digits - step * 3;
  const rest = (value.whole.slice(lead) + value.fraction).slice(0, Math.max(0, 3 - lead));
  const unit = ["", "K", "M", "B", "T", "Q"][step];
  return `${value.negative ? "-" : ""}${value.whole.slice(0, lead)}${rest ? `.${rest}` : ""}${unit}`;
}

/** Digits after the point, for the scale of a chart. */
export function fractionDigits(text) {
  return parts(text)?.fraction.length ?? 0;
}

/** A signed percentage; the API sends percentages as numbers. */
export function percent(number) {
  if (typeof number !== "number" || !Number.isFinite(number)) return "–";
  const text = Math.abs(number).toFixed(2);
  if (text === "0.00") return "0.00%";
  return `${number < 0 ? "−" : "+"}${text}%`;
}
