// The public API and nothing else. Failures are thrown as Problem, in the words of the server's problem document.

const base = "/api/v1";
const timeoutMilliseconds = 15_000;

/** An RFC 9457 answer, or what stands in for one when the server could not be reached. */
export class Problem extends Error {
  constructor({ status, code, title, detail, errors, requestId }) {
    super(detail ?? title);
    this.status = status;
    this.code = code;
    this.title = title;
    this.detail = detail;
    this.errors = Array.isArray(errors) ? errors : [];
    this.requestId = requestId;
  }
}

async function call(method, path, { token, body } = {}) {
  const headers = { Accept: "application/json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(base + path, {
      method,
      headers,
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMilliseconds),
    });
  } catch {
    throw new Problem({ status: 0, code: "unreachable", title: "Unreachable", detail: "The server cannot be reached. Check the connection and try again." });
  }
  const answer = await response.json().catch(() => null);
  if (response.ok) return answer;
  throw new Problem({ title: `The server answered with status ${response.status}.`, ...answer, status: response.status });
}

export const register = (email, password) => call("POST", "/auth/register", { body: { email, password } });
/** `code` is of the authenticator app, or a recovery code, where the second factor is on. */
export const login = (email, password, code) => call("POST", "/auth/login", {
  body: { email, password, ...(code && { [/^[\d\s]+$/.test(code) ? "totpCode" : "recoveryCode"]: code }) },
});
export const verifyEmail = (token) => call("POST", "/auth/verify-email", { body: { token } });
export const requestReset = (email) => call("POST", "/auth/password/reset", { body: { email } });
export const confirmReset = (token, newPassword) => call("POST", "/auth/password/reset/confirm", { body: { token, newPassword } });
export const notMe = (token) => call("POST", "/auth/not-me", { body: { token } });
/** Spends the cookie for the next one and a new access token. */
export const refresh = () => call("POST", "/auth/refresh");
export const logout = (token) => call("POST", "/auth/logout", { token });
export const tickers = (token) => call("GET", "/market/tickers", { token });
export const exchanges = (token) => call("GET", "/market/exchanges", { token });

/** Candles, oldest first; `to` (milliseconds) asks for the ones before an instant. */
export function candles(token, symbol, interval, { to, limit = 200 } = {}) {
  const query = new URLSearchParams({ interval, limit });
  if (to !== undefined) query.set("to", to);
  return call("GET", `/market/candles/${encodeURIComponent(symbol)}?${query}`, { token });
}
