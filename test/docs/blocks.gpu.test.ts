import { createElement, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import data from '../../docs/guide/data.md';
import firstNetwork from '../../docs/guide/first-network.md';
import images from '../../docs/guide/images.md';
import lifetimes from '../../docs/guide/lifetimes.md';
import many from '../../docs/guide/many.md';
import models from '../../docs/guide/models.md';
import onnx from '../../docs/guide/onnx.md';
import ownOps from '../../docs/guide/own-ops.md';
import packaging from '../../docs/guide/packaging.md';
import renderer from '../../docs/guide/renderer.md';
import saving from '../../docs/guide/saving.md';
import sequences from '../../docs/guide/sequences.md';
import tracking from '../../docs/guide/tracking.md';
import training from '../../docs/guide/training.md';
import transfer from '../../docs/guide/transfer.md';
import workers, { files } from '../../docs/guide/workers.md';
import howItWorks from '../../docs/how-it-works.md';
import readme from '../../README.md';
import type { Engine } from '../../src/gpu/engine.ts';
import { withSharedEngine } from '../gpu/helpers.ts';
import { thoroughly } from '../run/thorough.ts';

type Found = Readonly<Record<string, unknown>>;
type Check = (found: Found, engine: Engine) => boolean | Promise<boolean>;
type Checks = Readonly<Record<string, Check>>;

const numbers = (found: unknown): number[] => Array.from(found as ArrayLike<number>);
const lossOf = (found: unknown): number => (found as { readonly loss: number }).loss;
const near = (one: unknown, other: unknown, within = 1e-5): boolean =>
  numbers(one).length > 0 &&
  numbers(one).every((value, i) => Math.abs(value - numbers(other)[i]) < within);

/** What the pages say of their scripts. */
const README: Checks = {
  'In your app': ({ weights }) =>
    (weights as ReadonlyMap<string, unknown>).get('1.weight') !== undefined,
};

const FIRST: Checks = {
  'Train your own in Node': ({ trainer, classes }) => {
    const { history } = trainer as { history: readonly { test: { accuracy: number } }[] };
    const last = history[79];
    assert.equal(numbers(classes), [1, 0]);
    return last.test.accuracy > 0.95;
  },
};

const TRACKING: Checks = {
  'In your app': ({ history, lines, parts }) => {
    const names = [...(parts as ReadonlyMap<string, unknown>).keys()];
    assert.is(names.filter((name) => name.includes('tfevents')).length, 1);
    // A line of names, five of numbers, and the end of the last.
    return (
      (history as readonly unknown[]).length === 5 && (lines as readonly string[]).length === 7
    );
  },
};

const MANY: Checks = {
  'Seeds and rates': ({ table }) => {
    const [slow, fast] = table as readonly { readonly count: number; readonly mean: number }[];
    assert.equal([slow.count, fast.count], [3, 3]);
    return fast.mean > slow.mean && fast.mean > 0.8;
  },
  'What may differ': ({ classes, evaluations, weights }) => {
    assert.equal(numbers(classes), [1, 0]);
    assert.is((evaluations as readonly unknown[]).length, 2);
    return (weights as ReadonlyMap<string, unknown>).has('0.weight');
  },
  'Heads on one backbone': ({ weights, trained }) => {
    const of = (given: unknown, name: string) =>
      numbers((given as ReadonlyMap<string, { readonly data: unknown }>).get(name)?.data);
    assert.equal(of(trained, 'body.weight'), of(weights, 'body.weight'));
    assert.not.equal(of(trained, 'head.weight'), of(weights, 'head.weight'));
    return of(trained, 'head.weight').length === 32;
  },
};

const TRANSFER: Checks = {
  'A new head': ({ untouched, before, after, history }) => {
    assert.equal(untouched, ['head.weight', 'head.bias']);
    assert.equal(before, after);
    const records = history as readonly { readonly train: { readonly accuracy: number } }[];
    return records[199].train.accuracy > 0.9;
  },
  'A head on features': ({ classes, epoch }) => {
    assert.equal(numbers(classes), [0, 2]);
    return (epoch as { readonly epoch: number }).epoch === 260;
  },
};

const DATA: Checks = {
  Arrays: ({ outputs, targets }) => near(outputs, targets, 0.3),
  'Held-out samples, standardised columns': ({ accuracy, mean, deviation }) =>
    Number(accuracy) > 0.95 && numbers(mean)[0] > 40 && numbers(deviation)[0] > 10,
  Sources: ({ test }) => lossOf(test) < 0.5,
  Weights: ({ logits }) => numbers(logits)[0] > numbers(logits)[1],
  'Data that change': ({ memory }) => (memory as { readonly count: number }).count === 105,
  'Buffers on the GPU': ({ trainer }) => {
    const { history } = trainer as { readonly history: readonly { readonly train: unknown }[] };
    return history.length === 100 && lossOf(history[99].train) < 0.1;
  },
};

const TRAINING: Checks = {
  Losses: ({ chances, answers, targets }) => {
    assert.equal(
      numbers(answers),
      numbers(chances).map((chance) => Number(chance > 0.5)),
    );
    const right = numbers(answers).filter((answer, i) => answer === numbers(targets)[i]);
    return right.length > 70;
  },
  'Losses 2': ({ trainer }) => {
    const { history } = trainer as { readonly history: readonly { readonly train: unknown }[] };
    return lossOf(history[19].train) < 0.5 * lossOf(history[0].train);
  },
  'Groups of parameters': ({ groups }) => {
    assert.equal(Object.keys(groups as object), ['0.weight', '0.bias', '2.bias']);
    return true;
  },
  'Averages of the weights': ({ smooth, last }) => {
    const off = numbers(smooth).map((value, i) => Math.abs(value - numbers(last)[i]));
    return Math.max(...off) < 0.1 && off.some((one) => one > 0);
  },
  'Learning rate': ({ first, largest, smaller, last }) => {
    const rates = [first, largest, smaller, last].map(Number);
    return rates.every((rate, i) => Math.abs(rate - [0.0025, 0.01, 0.002, 0][i]) < 1e-8);
  },
  Clipping: ({ before, norm }) => before === null && Number(norm) > 0,
  'Gradient accumulation': ({ history }) => {
    const losses = (history as { train: unknown }[]).map(({ train }) => lossOf(train));
    return losses[39] < losses[0] / 2;
  },
  'Mixed precision': ({ precision, plan, history }) => {
    const losses = (history as { train: unknown }[]).map(({ train }) => lossOf(train));
    const isMixed = /^Mixed precision: [1-9]/m.test(String(plan));
    assert.is(precision, isMixed ? 'mixed' : 'full', String(plan));
    return losses[39] < losses[0];
  },
  Predictions: ({ logits, classes, likely, labels }) => {
    assert.equal(numbers(classes), numbers(labels));
    const right = numbers(labels).every((label, row) => numbers(likely)[3 * row + label] > 0.5);
    return right && numbers(logits).length === 180;
  },
  'What inputs are standardised with': ({ own, same, again, normalize }) => {
    const { mean } = normalize as { readonly mean: readonly number[] };
    return mean[0] === 2005 && near(own, same) && near(own, again);
  },
  'When to stop': ({ why, last, loss, outcome }) => {
    assert.is(outcome, 'AbortError');
    const { by, on, best } = why as {
      by: string;
      on: string;
      best: { epoch: number; value: number };
    };
    const { restored, epoch } = last as { restored: number; epoch: number };
    assert.equal([by, on, restored], ['stop', 'test.loss', best.epoch]);
    return epoch === best.epoch + 5 && loss === best.value;
  },
  Metrics: ({ first, metrics, each }) => {
    const { f1, auc, wrong } = metrics as Record<string, number>;
    assert.is(wrong, 0);
    assert.equal((each as { f1: readonly number[] }).f1, [1, 1, 1]);
    return f1 === 1 && auc === 1 && Number(first) < 1;
  },
  'Target networks': ({ before, after }) =>
    numbers(after).some((value, i) => value !== numbers(before)[i]),
  'Shared parameters': ({ judged, again, first, loss }) => {
    assert.equal(numbers(again), numbers(judged));
    return numbers(judged)[0] > numbers(judged)[1] && Number(loss) < Number(first);
  },
  'Parameters in your kernels': ({ shape, stride, size, mine }) => {
    assert.equal([shape, stride, size], [[3, 5], 8, 128]);
    return (mine as { readonly bytes: number }).bytes > 128;
  },
};

const OWN_OPS: Checks = {
  'An activation': ({ history }) => lossOf((history as { train: unknown }[])[99].train) < 0.02,
  'Is it right?': ({ report }) => (report as { readonly ok: boolean }).ok,
  'Losses and optimizers': ({ report }) => {
    const { ok, rows } = report as { readonly ok: boolean; readonly rows: readonly unknown[] };
    return ok && rows.length === 2 * (2 + 2 + 4);
  },
  'A layer with parameters': ({ history }) => {
    const losses = (history as { train: unknown }[]).map(({ train }) => lossOf(train));
    return losses[99] < losses[0] / 10;
  },
  'An optimizer': ({ history }) => lossOf((history as { train: unknown }[])[99].train) < 0.5,
  'An op with a kernel': ({ report }) => {
    const { ok, rows } = report as { readonly ok: boolean; readonly rows: readonly unknown[] };
    return ok && rows.length === 6;
  },
  'An op of rows': ({ report }) => (report as { readonly ok: boolean }).ok,
  'An op of another kind': ({ report, note }) =>
    (report as { readonly ok: boolean }).ok && note === 'rowSums has no gradient towards input 0',
};

const SEQUENCES: Checks = {
  'A character transformer': ({ accuracy, written }) =>
    Number(accuracy) > 0.8 && written === 'A rose is a rose i',
};

const MODELS: Checks = {
  'Layers that hold layers': ({ names, accuracy, plan }) => {
    assert.equal(names, [
      ...['0.weight', '0.bias', '1.0.weight', '1.0.bias', '1.1.weight', '1.1.bias'],
      ...['head.1.weight', 'head.1.bias'],
    ]);
    const text = String(plan).replace(/\s+/g, ' ');
    assert.ok(text.includes('matmul + addBias + relu + add'), text);
    return Number(accuracy) > 0.95;
  },
  'Branches, skips, shared layers': ({ history, shapes }) => {
    assert.equal(shapes, [
      ...['0.weight [8,2]', '0.bias [8]', '2.weight [8,8]', '2.bias [8]'],
      ...['4.weight [1,10]', '4.bias [1]'],
    ]);
    return lossOf((history as { train: unknown }[])[59].train) < 0.02;
  },
  'Batch norm': ({ loss, running, file }) => {
    const { data } = running as { readonly data: Float32Array };
    assert.ok(data.length === 32 && data.every((mean) => mean !== 0));
    return Number(loss) < 1 && (file as Uint8Array).length > 4 * 784 * 32;
  },
};

const ONNX: Checks = {
  'Write a file': ({ file, trainer }) => {
    const { history } = trainer as { readonly history: readonly { readonly train: unknown }[] };
    return (file as Uint8Array).length > 6000 && lossOf(history[2].train) < 1.5;
  },
  'Your own ops': ({ file }) =>
    new TextDecoder('latin1').decode(file as Uint8Array).includes('Softsign'),
  'Read a file': ({ trainer, parameters }) => {
    const { history } = trainer as { readonly history: readonly { readonly train: unknown }[] };
    assert.equal(
      [...(parameters as ReadonlyMap<string, unknown>).keys()],
      ['0.weight', '0.bias', '2.weight', '2.bias'],
    );
    return lossOf(history[99].train) < 0.3;
  },
};

const IMAGES: Checks = {
  Convolutions: ({ accuracy, weight }) => {
    assert.equal(weight, [4, 1, 3, 3]);
    return Number(accuracy) > 0.9;
  },
  'Feature maps': ({ maps, rows, convolution }) => {
    assert.equal((convolution as { readonly shape: unknown }).shape, [8, 8, 4]);
    const { outputShape } = maps as { readonly outputShape: readonly number[] };
    return outputShape[0] === 512 && numbers(rows).length === 50 * 512;
  },
  Pooling: ({ accuracy }) => Number(accuracy) > 0.9,
  'Pictures in colour': ({ history, mean }) => {
    const last = (history as { readonly test: { readonly accuracy: number } }[])[39];
    return last.test.accuracy > 0.9 && numbers(mean).length === 3;
  },
};

const RENDERER: Checks = {
  'Your device': ({ family }) => typeof family === 'string',
  'In your frames': ({ loss }) => Number(loss) < 0.5,
  'In your encoder': ({ outputs }) => near(outputs, [1, 3, 5, 7], 0.5),
  'Data made by a shader': ({ history }) =>
    lossOf((history as { train: unknown }[])[9].train) < 0.01,
};

const SAVING: Checks = {
  'A model': ({ first, name, file, trainer }) => {
    const { classes } = file as { readonly classes: readonly string[] };
    assert.is(name, classes[first as number]);
    return (trainer as { readonly history: readonly unknown[] }).history.length === 2;
  },
  Weights: ({ own, read }) => {
    assert.equal(numbers(own), numbers(read));
    return true;
  },
  'Weights 2': ({ weights }) => {
    assert.equal([...(weights as ReadonlyMap<string, unknown>).keys()], ['0.weight', '0.bias']);
    return true;
  },
  Runs: ({ straight, resumed }) => {
    assert.equal(numbers(resumed), numbers(straight));
    return true;
  },
  'Runs 2': ({ link }) => (link as HTMLAnchorElement).download === 'run.safetensors',
  'A lost device': ({ trainer }) =>
    (trainer as { history: readonly unknown[] }).history.length === 5,
};

/** Waits until something holds. */
async function until(holds: () => boolean): Promise<boolean> {
  const deadline = performance.now() + 60_000;
  while (!holds() && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return holds();
}

const LIFETIMES: Checks = {
  Ending: ({ history }) => (history as readonly unknown[]).length === 5,
  'In a React component': async ({ Loss }, engine) => {
    const place = document.createElement('div');
    const root = createRoot(place);
    const component = createElement(Loss as (props: { engine: Engine }) => null, { engine });
    root.render(createElement(StrictMode, null, component));
    const shown = await until(() => /^loss \d/.test(place.textContent));
    root.unmount();
    const freed = await until(() => engine.memory().buffers === 0);
    assert.ok(shown, place.textContent);
    return freed;
  },
};

const WORKERS: Checks = {
  'The page': ({ losses, outputs }) =>
    numbers(losses).length === 30 && numbers(outputs).length === 64,
};

const PACKAGING: Checks = {
  'Pages without a bundler': ({ engine }) =>
    document.body.textContent.includes((engine as Engine).adapter.vendor),
};

const HOW: Checks = {
  'A training step': ({ plan, count }) =>
    String(plan).includes('gemm') && Number(count) > 0 && Number(count) <= 8,
};

const PAGES = {
  README: [readme, README],
  'guide/first-network': [firstNetwork, FIRST],
  'guide/data': [data, DATA],
  'guide/training': [training, TRAINING],
  'guide/models': [models, MODELS],
  'guide/transfer': [transfer, TRANSFER],
  'guide/onnx': [onnx, ONNX],
  'guide/images': [images, IMAGES],
  'guide/sequences': [sequences, SEQUENCES],
  'guide/many': [many, MANY],
  'guide/tracking': [tracking, TRACKING],
  'guide/own-ops': [ownOps, OWN_OPS],
  'guide/renderer': [renderer, RENDERER],
  'guide/saving': [saving, SAVING],
  'guide/lifetimes': [lifetimes, LIFETIMES],
  'guide/workers': [workers, WORKERS],
  'guide/packaging': [packaging, PACKAGING],
  'how-it-works': [howItWorks, HOW],
} as const;

for (const [page, [sections, checks]] of Object.entries(PAGES)) {
  test(`${page}: every script is checked`, () => {
    assert.equal(Object.keys(sections), Object.keys(checks));
  });
  // Of pages with several scripts every ninth one, and all in the long run.
  const many = Object.keys(checks).length > 2;
  // It takes seconds to compile, and test/train/sequences.gpu.test.ts trains such a network.
  const slow = (title: string): boolean => title === 'A character transformer';
  const chosen = ([title]: [string, Check], i: number): boolean =>
    (!many || i % 9 === 0) && !slow(title);
  for (const [title, check] of thoroughly(Object.entries(checks), chosen)) {
    test(`${page}, ${title}: the script does what the page says`, () =>
      withSharedEngine(async (engine) => {
        assert.ok(await check(await sections[title](engine, files), engine));
      }));
  }
}

test.run();
