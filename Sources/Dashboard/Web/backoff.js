// When to connect again, and whether at all.

const firstDelay = 500;
const longestDelay = 20_000;

/**
 * What to do after the socket closed.
 *
 * `attempt` counts failures since the last working connection, from 0; `random` is in 0…1. The delay is drawn from the
 * upper half of a doubling range that ends at 20 s, so that a restarted server does not meet everybody at once.
 */
export function afterClose(code, attempt, random = Math.random()) {
  switch (code) {
    case 4401:
      return { action: "signIn", reason: "Your session has ended. Sign in again." };
    case 4403:
      return { action: "stop", reason: "The server refuses this connection." };
    case 4400:
    case 1009:
      return { action: "stop", reason: "This page and the server do not understand each other. Reload the page." };
    case 4429:
      return { action: "retry", delay: longestDelay * (0.5 + random / 2) };
    default: {
      const range = Math.min(longestDelay, firstDelay * 2 ** Math.min(attempt, 10));
      return { action: "retry", delay: range * (0.5 + random / 2) };
    }
  }
}
