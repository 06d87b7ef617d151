/** Most addresses that are remembered. */
const MOST_CLIENTS = 10_000;

interface Bucket {
  tokens: number;
  at: number;
}

/** Allows so many requests a second for each address, and some at once. */
export class RateLimit {
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(perSecond: number, burst: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
  }

  /** Whether one more is allowed now. */
  take(client: string, time = performance.now()): boolean {
    const before = this.#buckets.get(client) ?? { tokens: this.#burst, at: time };
    const gained = ((time - before.at) / 1000) * this.#perSecond;
    const tokens = Math.min(this.#burst, before.tokens + gained);
    // At the end: the order is that of the last request.
    this.#buckets.delete(client);
    this.#buckets.set(client, { tokens: tokens < 1 ? tokens : tokens - 1, at: time });
    for (const one of this.#buckets.keys()) {
      if (this.#buckets.size <= MOST_CLIENTS) break;
      this.#buckets.delete(one);
    }
    return tokens >= 1;
  }
}
