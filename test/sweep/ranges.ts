/** Ranges of each kind. */
export const RANGES = {
  lr: { from: 1e-4, to: 1e-1, log: true },
  'weight-decay': { from: 0, to: 0.3 },
  dropout: { from: 0, to: 0.5, step: 0.1 },
  'batch-size': { from: 50, to: 200, integer: true },
  epochs: { from: 1, to: 20, integer: true, log: true },
  'train-limit': { from: 1000, to: 2100, integer: true, step: 250 },
} as const;

/** The greatest distance between the empirical distributions of two samples. */
export function farthest(a: readonly number[], b: readonly number[]): number {
  const at = (values: readonly number[], x: number) =>
    values.reduce((count, value) => count + (value <= x ? 1 : 0), 0) / values.length;
  const round = (value: number) => Number(value.toPrecision(12));
  const [first, second] = [a.map(round), b.map(round)];
  const places = [...new Set([...first, ...second])].sort((x, y) => x - y);
  // The difference changes little between neighbours of many.
  const step = Math.max(1, Math.floor(places.length / 400));
  let most = 0;
  for (let i = 0; i < places.length; i += step) {
    most = Math.max(most, Math.abs(at(first, places[i]) - at(second, places[i])));
  }
  return most;
}
