// The live connection: one WebSocket that signs in with its first message, follows the tickers and comes back by itself.

import { afterClose } from "./backoff.js";

/** How long a new connection may take before its first message. */
const openingMilliseconds = 10_000;
/** Silence longer than this is answered by a ping, and twice this by a new connection. */
const defaultHeartbeatSeconds = 25;

export class LiveConnection {
  #token;
  #handlers;
  #socket = null;
  #attempt = 0;
  #retry = 0;
  #watch = 0;
  #heartbeat = defaultHeartbeatSeconds * 1000;
  #heardAt = 0;
  #ended = false;

  /**
   * `handlers`: `message(object)`, `state("connecting" | "live" | "waiting" | "stopped", text)`,
   * `resumed()` after a connection that follows another, `refused(text)` when the token is no longer good.
   */
  constructor(token, handlers) {
    this.#token = token;
    this.#handlers = handlers;
    this.online = () => this.#connectNow();
    addEventListener("online", this.online);
  }

  start() {
    this.#open();
  }

  /** Goes on with another token of the same user. */
  renew(token) {
    this.#token = token;
    this.#send({ type: "auth", token });
  }

  stop() {
    this.#ended = true;
    removeEventListener("online", this.online);
    clearTimeout(this.#retry);
    clearInterval(this.#watch);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close(1000);
  }

  #open() {
    this.#handlers.state("connecting", "Connecting…");
    const url = new URL("/ws", location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(url);
    this.#socket = socket;
    this.#heardAt = performance.now();
    this.#heartbeat = openingMilliseconds;
    socket.onopen = () => this.#send({ type: "auth", token: this.#token });
    socket.onmessage = (event) => socket === this.#socket && this.#receive(event.data);
    socket.onclose = (event) => socket === this.#socket && this.#closed(event.code);
    clearInterval(this.#watch);
    this.#watch = setInterval(() => this.#checkSilence(), 1000);
  }

  #send(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #receive(text) {
    this.#heardAt = performance.now();
    let message;
    try {
      message = JSON.parse(text);
    } catch {
      return;
    }
    if (message.type === "welcome") {
      this.#heartbeat = (message.heartbeatSeconds > 0 ? message.heartbeatSeconds : defaultHeartbeatSeconds) * 1000;
      this.#send({ type: "subscribe", channels: ["tickers"] });
    } else if (message.type === "subscribed") {
      this.#handlers.state("live", "Live");
      if (this.#attempt > 0) this.#handlers.resumed();
      this.#attempt = 0;
    }
    this.#handlers.message(message);
  }

  #checkSilence() {
    const silence = performance.now() - this.#heardAt;
    if (silence > this.#heartbeat * 2) {
      // close() would wait for an answer that will not come; the next connection does not wait for it.
      const socket = this.#socket;
      this.#socket = null;
      socket?.close();
      this.#closed(1006);
    } else if (silence > this.#heartbeat) {
      this.#send({ type: "ping" });
    }
  }

  #closed(code) {
    clearInterval(this.#watch);
    this.#socket = null;
    const next = afterClose(code, this.#attempt);
    this.#attempt += 1;
    if (next.action !== "retry") {
      this.stop();
      if (next.action === "signIn") this.#handlers.refused(next.reason);
      else this.#handlers.state("stopped", next.reason);
      return;
    }
    this.#handlers.state("waiting", "Reconnecting…");
    this.#retry = setTimeout(() => this.#open(), next.delay);
  }

  #connectNow() {
    if (this.#socket || this.#ended) return;
    clearTimeout(this.#retry);
    this.#open();
  }
}
