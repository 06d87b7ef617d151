/** Most numbers of activations that a look copies from the GPU, and most samples. */
const MOST_NUMBERS = 1_000_000;
const MOST_SAMPLES = 256;

/** As many samples as fit, a power of two; fewer if there are fewer. */
export function probeSize(numbersEach: number, samples: number): number {
  const fits = 2 ** Math.floor(Math.log2(Math.max(1, MOST_NUMBERS / numbersEach)));
  return Math.max(1, Math.min(MOST_SAMPLES, fits, samples));
}

/** The share of channels that are 0 everywhere: of numbers in rows whose last dimension are the units. */
export function deadUnits(values: Float32Array, units: number): { count: number; of: number } {
  const alive = new Uint8Array(units);
  for (let i = 0; i < values.length; i++) if (values[i] !== 0) alive[i % units] = 1;
  return { count: units - alive.reduce((sum, one) => sum + one, 0), of: units };
}

/** √Σ v². */
export const normOf = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ** 2;
  return Math.sqrt(sum);
};

/** See {@link LayerPulse.movement}. */
export function movementOf(
  now: Float32Array,
  before: Float32Array,
  steps: number,
): number | undefined {
  const norm = normOf(now);
  if (steps < 1 || norm === 0 || before.length !== now.length) return undefined;
  let sum = 0;
  for (let i = 0; i < now.length; i++) sum += (now[i] - before[i]) ** 2;
  return Math.sqrt(sum) / (steps * norm);
}
