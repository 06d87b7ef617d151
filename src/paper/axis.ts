/** Maps values to coordinates. */
export type Scale = (value: number) => number;

/** A linear scale. A domain of one value maps to the middle of the range. */
export function linear(domain: readonly [number, number], range: readonly [number, number]): Scale {
  const [from, to] = domain;
  const [start, end] = range;
  if (from === to) return () => (start + end) / 2;
  return (value) => start + ((value - from) / (to - from)) * (end - start);
}

/** Ticks at multiples of 1, 2 or 5 times a power of ten. */
export interface Ticks {
  readonly values: readonly number[];
  /** Decimals needed to distinguish neighbouring ticks. */
  readonly decimals: number;
  readonly step: number;
}

/**
 * Round numbers from `low` to `high`, about `aim` of them, all inside.
 *
 * @param smallest The smallest step; 1 for counts.
 */
export function niceTicks(low: number, high: number, aim: number, smallest = 0): Ticks {
  const size = Math.max((high - low) / Math.max(1, aim), smallest, Number.MIN_VALUE);
  const power = Math.floor(Math.log10(size) + 1e-9);
  const mantissa = size / 10 ** power;
  const factor = [1, 2, 5, 10].find((candidate) => mantissa <= candidate + 1e-9) ?? 10;
  const step = factor * 10 ** power;
  const decimals = Math.min(20, Math.max(0, -(factor === 10 ? power + 1 : power)));
  const values: number[] = [];
  // The slack keeps ticks that rounding moved slightly outside.
  for (let i = Math.ceil(low / step - 1e-9); i <= Math.floor(high / step + 1e-9); i++) {
    values.push(Number((i * step).toFixed(decimals)) + 0);
  }
  return { values, decimals, step };
}

/** The domain `low` to `high`, widened to whole ticks, and the ticks. A single value gets room on both sides. */
export function niceDomain(
  low: number,
  high: number,
  aim: number,
): { readonly domain: readonly [number, number]; readonly ticks: Ticks } {
  // Values closer than rounding count as one: ticks between them would not advance.
  const size = Math.max(Math.abs(low), Math.abs(high));
  const tiny = 1e-12;
  const room = high - low > Math.max(size * 1e-9, tiny) ? 0 : size > tiny ? size * 0.1 : 1;
  const { step } = niceTicks(low - room, high + room, aim);
  const from = Math.floor((low - room) / step + 1e-9) * step;
  const to = Math.ceil((high + room) / step - 1e-9) * step;
  const ticks = niceTicks(from, to, Math.round((to - from) / step));
  return { domain: [ticks.values[0], ticks.values[ticks.values.length - 1]], ticks };
}

/**
 * Moves overlapping labels apart, as little as possible, keeping their order.
 *
 * @param wanted Where each label would ideally be.
 * @returns Where each is, in the same order. A crowd stays centred on its ideal place, inside `low` to
 *   `high` if it fits.
 */
export function spreadLabels(
  wanted: readonly number[],
  gap: number,
  low: number,
  high: number,
): number[] {
  const order = wanted.map((_, index) => index).sort((a, b) => wanted[a] - wanted[b]);
  // Crowds of touching labels; `start` is the place of a crowd's first label.
  const crowds: { members: number[]; start: number }[] = [];
  const settle = (members: number[]) => {
    const sum = members.reduce((total, index, i) => total + wanted[index] - i * gap, 0);
    const latest = high - (members.length - 1) * gap;
    return { members, start: Math.max(low, Math.min(sum / members.length, latest)) };
  };
  for (const index of order) {
    let crowd = settle([index]);
    let before = crowds.at(-1);
    while (before && before.start + before.members.length * gap > crowd.start) {
      crowds.pop();
      crowd = settle([...before.members, ...crowd.members]);
      before = crowds.at(-1);
    }
    crowds.push(crowd);
  }
  const placed = [...wanted];
  for (const { members, start } of crowds) {
    members.forEach((index, i) => {
      placed[index] = start + i * gap;
    });
  }
  return placed;
}
