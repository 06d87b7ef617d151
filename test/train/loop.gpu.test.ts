import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Engine } from '../../src/gpu/engine.ts';
import { mlp } from '../../src/nn/mlp.ts';
import { runSteps } from '../../src/train/loop.ts';
import type { Sums } from '../../src/train/records.ts';
import { epochSums } from '../../src/train/tally.ts';
import { withQuickEngine, withSharedEngine } from '../gpu/helpers.ts';
import { small, withTrainer } from './helpers.ts';

/** The paper's network, whose steps are counted. */
const PAPER = small({ model: mlp([28, 28], [784, 128, 64, 10], { dropout: 0.2 }), batchSize: 100 });

/** Runs something and returns the names of all calls to a device, its queue, buffers and passes. */
async function callsDuring(engine: Engine, work: () => Promise<unknown>): Promise<string[]> {
  const { device } = engine;
  const calls: string[] = [];
  const undo: (() => void)[] = [];
  const targets: readonly object[] = [
    GPUDevice.prototype,
    GPUQueue.prototype,
    GPUBuffer.prototype,
    GPUComputePipeline.prototype,
    GPUCommandEncoder.prototype,
    GPUComputePassEncoder.prototype,
  ];
  for (const target of targets) {
    for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(target))) {
      const original: unknown = descriptor.value;
      if (typeof original !== 'function' || name === 'constructor') continue;
      Object.defineProperty(target, name, {
        ...descriptor,
        value(this: unknown, ...given: unknown[]): unknown {
          calls.push(name);
          return Reflect.apply(original, this, given);
        },
      });
      undo.push(() => Object.defineProperty(target, name, descriptor));
    }
  }
  try {
    await work();
    await device.queue.onSubmittedWorkDone();
  } finally {
    for (const one of undo) one();
  }
  return calls;
}

const count = (calls: readonly string[], name: string): number =>
  calls.filter((call) => call === name).length;

test('between the first and the last submit of an epoch nothing is written, mapped or made', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, small({ batchSize: 4 }), async (trainer) => {
      const { session, stepsPerEpoch } = trainer;
      const calls = await callsDuring(engine, () =>
        runSteps(engine, session, 0, stepsPerEpoch, { chunk: 'auto' }),
      );
      const first = calls.indexOf('submit');
      const last = calls.lastIndexOf('submit');
      assert.ok(last > first, 'an epoch was one submit: there is no between');
      const between = new Set(calls.slice(first, last + 1));
      for (const allowed of [
        'submit',
        // What WebGPU refuses of a submit is heard of: a message, and nothing is waited for.
        'pushErrorScope',
        'popErrorScope',
        'onSubmittedWorkDone',
        'createCommandEncoder',
        'finish',
        'beginComputePass',
        'setPipeline',
        'setBindGroup',
        'dispatchWorkgroups',
        'end',
      ]) {
        between.delete(allowed);
      }
      assert.equal([...between], []);
      assert.is(count(calls, 'dispatchWorkgroups'), stepsPerEpoch * trainer.dispatchesPerStep);
      assert.is(count(calls, 'beginComputePass'), count(calls, 'submit'), 'a submit is one pass');
    }),
  ));

test('the calls that are watched for would be seen', () =>
  withSharedEngine(async (engine) => {
    const calls = await callsDuring(engine, async () => {
      const { STORAGE, COPY_DST } = GPUBufferUsage;
      const buffer = engine.buffers.allocate('probe', 16, STORAGE | COPY_DST);
      engine.device.queue.writeBuffer(buffer, 0, new Uint32Array(4));
      engine.buffers.free(buffer);
    });
    for (const name of ['createBuffer', 'writeBuffer', 'destroy']) assert.is(count(calls, name), 1);
  }));

test('progress copies and maps, and makes nothing', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, small(), async (trainer) => {
      const heard: Sums[] = [];
      const calls = await callsDuring(engine, () =>
        runSteps(engine, trainer.session, 0, 22, { chunk: 2, onSums: (sums) => heard.push(sums) }),
      );
      const between = calls.slice(calls.indexOf('submit'), calls.lastIndexOf('submit'));
      assert.ok(count(between, 'mapAsync') > 0);
      for (const name of ['createBuffer', 'createBindGroup', 'writeBuffer', 'destroy']) {
        assert.is(count(between, name), 0, name);
      }
      // In order, and never more than was trained.
      const counts = heard.map((sums) => sums.count);
      assert.equal(
        counts,
        [...counts].sort((a, b) => a - b),
      );
      assert.ok(counts.every((rows) => rows > 0 && rows <= 700));
    }),
  ));

for (const [plan, most] of [
  // The promise of the project.
  ['fused', 8],
  ['plain', 36],
] as const) {
  test(`a step of the paper's network on the ${plan} plan is at most ${most} dispatches`, () =>
    withSharedEngine((engine) =>
      withTrainer(engine, { ...PAPER, plan }, async (trainer) => {
        const calls = await callsDuring(engine, async () => {
          const encoder = engine.device.createCommandEncoder();
          trainer.session.encode(encoder, 3);
          engine.device.queue.submit([encoder.finish()]);
        });
        const dispatches = count(calls, 'dispatchWorkgroups');
        assert.is(dispatches, 3 * trainer.dispatchesPerStep);
        assert.ok(dispatches <= 3 * most, `${dispatches / 3} dispatches a step`);
        assert.ok(dispatches > 0);
      }),
    ));
}

test('fewer steps than an epoch are run, and no more', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, small(), async ({ session }) => {
      const seen: number[] = [];
      const options = { chunk: 4, onChunk: (steps: number) => seen.push(steps) };
      assert.is(await runSteps(engine, session, 0, 9, options), 9);
      assert.equal(seen, [4, 8, 9]);
      const { count: rows } = await epochSums(session, 0);
      assert.is(rows, 9 * 32);
    }),
  ));

test('a browser that answers late gets larger chunks', () =>
  withQuickEngine((engine) =>
    withTrainer(engine, small({ batchSize: 4 }), async (trainer) => {
      const { queue } = engine.device;
      const answer = queue.onSubmittedWorkDone.bind(queue);
      const EVERY = 110;
      Object.defineProperty(queue, 'onSubmittedWorkDone', {
        configurable: true,
        value: async () => {
          await answer();
          const late = EVERY - (performance.now() % EVERY);
          await new Promise((resolve) => setTimeout(resolve, late));
        },
      });
      const chunks: number[] = [];
      let before = 0;
      for (let epoch = 0; epoch < 6; epoch++) {
        before = 0;
        await runSteps(engine, trainer.session, epoch, trainer.stepsPerEpoch, {
          chunk: 'auto',
          onChunk: (steps: number) => {
            chunks.push(steps - before);
            before = steps;
          },
        });
      }
      // It used to stay at 4.
      assert.ok(Math.max(...chunks) >= 16, `${chunks}`);
    }),
  ));

test('a signal stops the loop at the end of a chunk', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, small(), async ({ session }) => {
      const controller = new AbortController();
      const { signal } = controller;
      const onChunk = (steps: number) => steps >= 6 && controller.abort();
      assert.is(await runSteps(engine, session, 0, 22, { chunk: 3, signal, onChunk }), 6);
      assert.is((await epochSums(session, 0)).count, 6 * 32);
    }),
  ));

test.run();
