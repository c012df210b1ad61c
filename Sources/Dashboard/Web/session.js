// Who is signed in: the access token in this module's memory, and before it ends the next one, by the cookie that no
// script can read. So a page that is opened again is signed in still, until somebody signs out.

import * as api from "./api.js";

/** Says that the cookie is probably there; nothing secret, and gone when signed out. */
const mark = "tradepulse.signedIn";
/** A token is renewed this long before it ends... */
const marginSeconds = 60;
/** ...and when the server could not be reached, asked for again after so long. */
const retryMilliseconds = 10_000;

export class Session {
  token = null;
  user = null;
  #handlers;
  #timer = 0;
  #renewal = null;

  /** `handlers`: `renewed(token)`, and `ended(reason)` when the server knows the session no more. */
  constructor(handlers) {
    this.#handlers = handlers;
  }

  /** Whether a page before this one left the session open. */
  get isKept() {
    return localStorage.getItem(mark) !== null;
  }

  /** Takes what signing in or renewing gave. */
  begin({ accessToken, expiresIn, user }) {
    this.token = accessToken;
    this.user = user;
    localStorage.setItem(mark, "1");
    this.#renewAfter(Math.max(expiresIn - marginSeconds, expiresIn / 2) * 1000);
  }

  /** Gets the next token, one request at a time; says whether there is one. */
  renew() {
    this.#renewal ??= this.#renew().finally(() => { this.#renewal = null; });
    return this.#renewal;
  }

  /** An answer that failed in the background: a refused token may have ended while the computer slept. */
  failed(error) {
    if (error.status === 401 && this.token) this.renew();
  }

  /** Forgets who it was. */
  end() {
    clearTimeout(this.#timer);
    this.token = null;
    this.user = null;
    localStorage.removeItem(mark);
  }

  /** Ends the session on the server too; here it is over in any case. */
  async signOut() {
    const token = this.token;
    this.end();
    await api.logout(token).catch(() => {});
  }

  async #renew() {
    const before = this.token;
    try {
      const answer = await api.refresh();
      // Somebody signed out, or in, meanwhile.
      if (this.token !== before) return this.token !== null;
      this.begin(answer);
      this.#handlers.renewed(this.token);
      return true;
    } catch (error) {
      if (this.token !== before) return this.token !== null;
      if (error.status === 401 || error.status === 403) this.#handlers.ended("Your session has ended. Sign in again.");
      else this.#renewAfter(retryMilliseconds);
      return false;
    }
  }

  #renewAfter(milliseconds) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.renew(), milliseconds);
  }
}
