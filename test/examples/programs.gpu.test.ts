import { createElement, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { run as forecast } from '../../examples/programs/forecast.ts';
import { run as fraud } from '../../examples/programs/fraud.ts';
import { run as gan, real } from '../../examples/programs/gan.ts';
import thread from '../../examples/programs/pages/thread.ts?script';
import { Fit, type FitProps } from '../../examples/programs/react.tsx';
import { flats, run as regression } from '../../examples/programs/regression.ts';
import { run as reinforce } from '../../examples/programs/reinforce.ts';
import { run as rgb } from '../../examples/programs/rgb.ts';
import { distance, run as sdf } from '../../examples/programs/sdf.ts';
import { run as teachable } from '../../examples/programs/teachable.ts';
import { learn, type Task } from '../../examples/programs/worker.ts';
import type { Engine } from '../../src/gpu/engine.ts';
import { RandomStream } from '../../src/random/stream.ts';
import { rejection, withSharedEngine } from '../gpu/helpers.ts';
import { inLongRun, THOROUGH } from '../run/thorough.ts';

const SEED = 1;

/** The programs that `npm test` runs; the others take as long and show less. */
const USUAL = /^(fraud|a teachable|REINFORCE)/;

/** Runs a program, which must leave nothing behind. Its data are the same each time. */
const program = <T>(name: string, run: (engine: Engine) => Promise<T>, look: (got: T) => void) =>
  (THOROUGH || USUAL.test(name)) &&
  test(name, () =>
    withSharedEngine(async (engine) => {
      const { random } = Math;
      const stream = new RandomStream([1, SEED]);
      Math.random = () => stream.word() / 2 ** 32;
      try {
        look(await run(engine));
      } finally {
        Math.random = random;
      }
    }),
  );

/** Waits for something, for a minute at most. */
async function until(holds: () => boolean, say: () => string): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!holds()) {
    assert.ok(performance.now() < deadline, say());
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const mean = (list: readonly number[]): number =>
  list.reduce((sum, value) => sum + value, 0) / list.length;

program('tabular regression: better by far than the mean price', regression, ({ r2, mae }) => {
  const { prices } = flats(1000);
  const guess = mean(prices.map((price) => Math.abs(price - mean(prices))));
  assert.ok(r2 > 0.9, `R² ${r2}`);
  assert.ok(mae < guess / 3, `${mae} against ${guess}`);
});

program('fraud: rare cases are found, which a share of right answers would hide', fraud, (got) => {
  assert.ok(got.auc > 0.9, `AUC ${got.auc}`);
  assert.ok(got.recall > 0.7, `recall ${got.recall}`);
  assert.ok(got.precision > 0.15, `precision ${got.precision}, by chance 0.05`);
});

program('RGB images: shapes whatever their colours', rgb, ({ accuracy }) =>
  assert.ok((accuracy ?? 0) > 0.8, `accuracy ${accuracy}, by chance 0.33`),
);

program('a teachable machine: classes come one by one', teachable, ({ shares }) => {
  assert.is(shares.length, 4);
  for (const share of shares) assert.ok(share > 0.85, `known: ${shares}`);
});

program('REINFORCE: the agent learns to walk', reinforce, ({ first, last }) => {
  assert.ok(first < 4, `reward ${first} at first`);
  assert.ok(last > 6.5, `reward ${last} at last, 9 at best`);
});

program('a signed-distance field: near the true one', sdf, ({ error, agreeing }) => {
  const list = Array.from({ length: 1024 }, (_, i) => distance((i % 32) / 16 - 1, i / 512 - 1));
  const guess = mean(list.map((one) => Math.abs(one - mean(list))));
  const outside = mean(list.map((one) => Number(one > 0)));
  assert.ok(error < guess / 3, `error ${error}, of the mean ${guess}`);
  assert.ok(agreeing > (1 + outside) / 2, `${agreeing} of the signs, ${outside} are outside`);
});

program('forecasting: better than that nothing changes', forecast, ({ mae, persistence }) =>
  assert.ok(mae < persistence / 2, `${mae} against ${persistence}`),
);

/** Points around a mean, with the spread of some others in each direction. */
function likePoints(others: readonly (readonly number[])[]): number[][] {
  const columns = [0, 1].map((column) => others.map((point) => point[column]));
  const spread = columns.map((column) =>
    Math.sqrt(mean(column.map((value) => (value - mean(column)) ** 2))),
  );
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
  return others.map(() => columns.map((column, i) => mean(column) + spread[i] * normal()));
}

program(
  'a GAN: points all along the arc',
  (engine) => gan(engine, 150),
  (points) => {
    const near = (list: number[][]): number =>
      mean(list.map(([x, y]) => Number(x > -0.2 && Math.abs(Math.hypot(x, y) - 1) < 0.2)));
    const cloud = near(likePoints(Array.from({ length: 2000 }, real)));
    assert.is(points.length, 256);
    assert.ok(near(points) > 2 * cloud, `${near(points)} of the points, ${cloud} of a cloud's`);
    const parts = [0, 1, 2, 3].filter((part) => {
      const angles = points.map(([x, y]) => Math.floor((Math.atan2(y, x) / Math.PI + 0.5) * 4));
      return angles.filter((angle) => angle === part).length > 8;
    });
    assert.ok(parts.length >= 3, `points in the quarters ${parts}`);
  },
);

const CURVE = Array.from({ length: 60 }, (_, i): [number, number] => {
  const x = i / 29.5 - 1;
  return [x, Math.sin(4 * x)];
});

/** Puts the component on the page, in StrictMode, until `use` has ended. */
async function onPage(
  engine: Engine,
  use: (page: HTMLElement) => Promise<void>,
  props: Partial<FitProps>,
) {
  const page = document.body.appendChild(document.createElement('div'));
  const root = createRoot(page);
  const component = createElement(Fit, { engine, points: CURVE, epochs: 1000, ...props });
  root.render(createElement(StrictMode, null, component));
  await use(page);
  root.unmount();
  page.remove();
  await until(
    () => engine.memory().buffers === 0,
    () => `memory: ${JSON.stringify(engine.memory())}`,
  );
}

test('React: a component learns under StrictMode, and leaves nothing behind', () =>
  withSharedEngine(async (engine) => {
    const made: string[] = [];
    let done = (_: Float32Array): void => {};
    const learned = new Promise<Float32Array>((resolve) => {
      done = resolve;
    });
    await onPage(
      engine,
      async (page) => {
        const curve = await learned;
        const truth = Array.from(curve, (_, i) => Math.sin(4 * (i / 20 - 1)));
        const off = mean(truth.map((y, i) => Math.abs(curve[i] - y)));
        const guess = mean(truth.map((y) => Math.abs(y - mean(truth))));
        assert.ok(off < guess / 5, `${off} against ${guess}`);
        assert.match(page.textContent ?? '', /^Epoch 200, loss 0\.\d+$/);
        assert.is(page.querySelector('polyline')?.getAttribute('points')?.split(' ').length, 41);
        made.push(...engine.memory().byOwner.map(({ owner }) => owner));
      },
      { epochs: 200, onDone: done },
    );
    assert.is(made.filter((owner) => /^trainer/.test(owner)).length, 1, made.join());
  }));

inLongRun(test)('React: a component that goes in the middle ends its training', () =>
  withSharedEngine((engine) =>
    onPage(
      engine,
      (page) =>
        until(
          () => /^Epoch/.test(page.textContent ?? ''),
          () => page.innerHTML,
        ),
      {
        epochs: 1_000_000,
      },
    ),
  ),
);

const worker = (): Worker => new Worker(thread, { type: 'module' });

test('a worker: the page hears of every epoch and gets the map', async () => {
  const stream = new RandomStream([1, SEED]);
  const inputs = Float32Array.from({ length: 800 }, () => stream.signed());
  const inside = (x: number, y: number): number => Number(x * y > 0);
  const labels = Uint8Array.from({ length: 400 }, (_, i) =>
    inside(inputs[2 * i], inputs[2 * i + 1]),
  );
  const places = Float32Array.from(
    { length: 512 },
    (_, i) => ((i & 1 ? i >> 5 : (i >> 1) % 16) - 7.5) / 8,
  );
  const truth = Array.from({ length: 256 }, (_, i) => inside(places[2 * i], places[2 * i + 1]));
  const losses: number[] = [];
  const map = await learn(worker(), { inputs, labels, places, epochs: 60 }, (_, loss) =>
    losses.push(loss),
  );
  assert.is(inputs.length, 0, 'the numbers were transferred');
  assert.is(losses.length, 60);
  const right = mean(truth.map((label, i) => Number(map[i] > 0.5 === (label === 1))));
  assert.ok(right > 0.9, `${right} of the places, by chance 0.5`);
});

inLongRun(test)('a worker: what goes wrong in it, or an abort, is a rejection', async () => {
  const task = (label: number): Task => ({
    inputs: Float32Array.of(0, 0),
    labels: Uint8Array.of(label),
    places: Float32Array.of(0, 0),
    epochs: 1_000_000,
  });
  const bad = await rejection(learn(worker(), task(2), () => {}));
  assert.match(bad.message, /DataError: .*label/);
  const ending = new AbortController();
  const aborted = learn(worker(), task(1), () => ending.abort(new Error('enough')), ending.signal);
  assert.match((await rejection(aborted)).message, 'enough');
});

test.run();
