import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Ensemble } from '../../src/ensemble/ensemble.ts';
import { BusyError, OptionError } from '../../src/errors.ts';
import { Engine } from '../../src/gpu/engine.ts';
import { EnsembleRecorder } from '../../src/log/ensemble-recorder.ts';
import { GradientProbe } from '../../src/log/gradients.ts';
import { RunLog } from '../../src/log/index.ts';
import { Recorder } from '../../src/log/recorder.ts';
import type { LogRecord, StepsRecord } from '../../src/log/records.ts';
import { adam, sgd } from '../../src/nn/optimizers.ts';
import { cosineRate } from '../../src/nn/schedules.ts';
import type { Trainer } from '../../src/train/trainer.ts';
import { losable, lose } from '../gpu/faults.ts';
import { withSharedEngine } from '../gpu/helpers.ts';
import { thoroughly } from '../run/thorough.ts';
import { assertSame, outcomeOf, small, withTrainer } from './../train/helpers.ts';
import { doubleOf, fieldsOf, valuesOf } from './event-reader.ts';

/** Files as an app keeps them. */
function kept() {
  const parts = new Map<string, Uint8Array[]>();
  const append = (file: string, bytes: Uint8Array): void => {
    parts.set(file, [...(parts.get(file) ?? []), bytes]);
  };
  const bytes = async (file: string): Promise<Uint8Array> => {
    const blob = new Blob((parts.get(file) ?? []) as BlobPart[]);
    return new Uint8Array(await blob.arrayBuffer());
  };
  const text = async (file: string): Promise<string> => new TextDecoder().decode(await bytes(file));
  const lines = async (file: string) =>
    (await text(file))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  const events = (): string => [...parts.keys()].find((name) => name.includes('tfevents')) ?? '';
  return { append, bytes, text, lines, events };
}

/** Decaying, so that the learning rate of each step is its own. */
const options = (more = {}) =>
  small({
    optimizer: adam({ learningRate: 0.01 }),
    schedule: cosineRate({ totalSteps: 44 }),
    ...more,
  });

test('a log changes no bit of a run, and has the losses and rates of every step', () =>
  withSharedEngine(async (engine) => {
    const alone = await withTrainer(engine, options(), async (trainer) => ({
      losses: await trainer.steps(22),
      rate: await trainer.learningRate(),
    }));
    const plain = await withTrainer(engine, options(), async (trainer) => {
      await trainer.fit({ epochs: 2 });
      return outcomeOf(trainer as unknown as Trainer);
    });
    await withTrainer(engine, options(), async (trainer) => {
      const { append, lines, text, bytes, events } = kept();
      const log = new RunLog(trainer, { append, histograms: true, images: true, facts: { a: 1 } });
      const seen: number[] = [];
      const history = await log.fit({ epochs: 2, onEpoch: ({ epoch }) => seen.push(epoch) });
      assertSame(await outcomeOf(trainer as unknown as Trainer), plain);
      await log.end({ note: 'done' });
      assert.equal([seen, history.length], [[1, 2], 2]);
      const steps = await lines('steps.jsonl');
      assert.equal(
        steps.map(({ step, epoch }) => [step, epoch]),
        Array.from({ length: 44 }, (_, i) => [i, i < 22 ? 1 : 2]),
      );
      assert.equal(
        steps.slice(0, 22).map(({ loss }) => loss),
        alone.losses,
      );
      // That of step 22, as the GPU computes it.
      assert.ok(Math.abs(steps[22].learning_rate - alone.rate) < 1e-8);
      assert.is(steps[0].learning_rate, 0.01);
      assert.ok(steps.every(({ time }, i) => i === 0 || time >= steps[i - 1].time));
      const epochs = await lines('epochs.jsonl');
      assert.equal(
        epochs.map(({ train_loss, test_accuracy }) => [train_loss, test_accuracy]),
        history.map(({ train, test: tested }) => [train.loss, tested.accuracy]),
      );
      const run = JSON.parse(await text('run.json'));
      assert.equal([run.a, run.options.seed, run.options.epochs], [1, 7, 2]);
      assert.equal(
        [run.options['optimizer.kind'], run.options['schedule.kind']],
        ['adam', 'cosine'],
      );
      assert.equal(JSON.parse(await text('end.json')).note, 'done');
      const found = valuesOf(await bytes(events()));
      const tags = new Set(found.map(({ tag }) => tag));
      for (const name of trainer.shapes.keys()) {
        assert.ok(tags.has(`weights/${name}`) && tags.has(`gradients/${name}`), name);
      }
      const last = found.filter(({ tag }) => tag === 'weights/1.weight').at(-1);
      const histogram = fieldsOf(last?.value.get(5)?.[0] as Uint8Array);
      const { data } = (await trainer.parameters()).get('1.weight') ?? { data: new Float32Array() };
      assert.is(doubleOf(histogram.get(2)?.[0]), Math.max(...data));
      assert.is(doubleOf(histogram.get(3)?.[0]), data.length);
      assert.is(found.filter(({ tag }) => tag === 'first layer/1.weight').length, 2);
    });
  }));

test('gradients are those of the batch that the next step takes', () =>
  withSharedEngine((engine) => {
    const learningRate = 0.5;
    // Of plain SGD: what a step takes away, by the learning rate.
    return withTrainer(engine, small({ optimizer: sgd({ learningRate }) }), async (given) => {
      const trainer = given as unknown as Trainer;
      await trainer.steps(3);
      const probe = await GradientProbe.create(trainer);
      const before = await trainer.parameters();
      const gradients = await probe.at(trainer.step);
      assert.equal(await trainer.parameters(), before);
      await trainer.steps(1);
      const after = await trainer.parameters();
      probe.destroy();
      assert.equal([...gradients.keys()].sort(), [...before.keys()].sort());
      for (const [name, { data }] of before) {
        const moved = Array.from(
          data,
          (x, i) => (x - (after.get(name)?.data[i] ?? 0)) / learningRate,
        );
        // Weights are stored transposed; the sums do not depend on it.
        const [sum, squares] = [moved, Array.from(gradients.get(name) ?? [])].map((all) => [
          all.reduce((total, x) => total + x, 0),
          all.reduce((total, x) => total + x * x, 0),
        ]);
        assert.ok(Math.abs(sum[1] - squares[1]) < 1e-3 * sum[1], `${name}: ${sum} ${squares}`);
        assert.ok(Math.abs(sum[0] - squares[0]) < 1e-3 * Math.sqrt(sum[1] * data.length), name);
      }
    });
  }));

test('steps of a long epoch are read in between, once each', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, options({ batchSize: 1 }), async (given) => {
      const trainer = given as unknown as Trainer;
      const records: LogRecord[] = [];
      const looked = { histograms: false, images: false };
      const recorder = new Recorder(trainer, looked, (record) => records.push(record));
      assert.is(recorder.needsProgress, false);
      for (const steps of [600, 600, 300]) {
        await trainer.steps(steps);
        recorder.progress();
      }
      await recorder.rest();
      const all = records.filter((one): one is StepsRecord => one.type === 'steps');
      // A quarter of what the GPU remembers is enough to read; the rest comes in the end. What a copy is of is read with it.
      const firsts = all.map(({ first }) => first);
      assert.ok(firsts.includes(1200), `${firsts}`);
      const read = all.flatMap(({ first, loss }) => loss.map((_, i) => first + i));
      assert.equal(
        read,
        Array.from({ length: 1500 }, (_, i) => i),
      );
      const losses = all.flatMap(({ loss }) => loss);
      await trainer.reset();
      assert.equal(losses, await trainer.steps(1500));
    }),
  ));

test('networks of an ensemble have the records of their runs alone, one that diverges too', () =>
  withSharedEngine(async (engine) => {
    const { optimizer: _, seed: __, ...common } = options({ loss: 'mse' });
    const { schedule: ___, ...shared } = common;
    const rates = [0.01, 1e6, 0.02];
    const runs = rates.map((learningRate, i) => ({ seed: i, optimizer: sgd({ learningRate }) }));
    const ensemble = await Ensemble.create(engine, { ...shared, optimizer: sgd(), runs });
    const records: LogRecord[][] = runs.map(() => []);
    try {
      const recorder = new EnsembleRecorder(ensemble as unknown as Ensemble, (run, record) =>
        records[run].push(record),
      );
      recorder.start({ epochs: 2 });
      await ensemble.fit({ epochs: 2, onEpoch: recorder.epoch as never });
      await recorder.images();
    } finally {
      ensemble.destroy();
    }
    assert.equal(
      records.map((all) => all.map(({ type }) => type)),
      [
        ['start', 'steps', 'epoch', 'steps', 'epoch', 'image'],
        ['start', 'steps', 'epoch', 'image'],
        ['start', 'steps', 'epoch', 'steps', 'epoch', 'image'],
      ],
    );
    for (const [run, one] of runs.entries()) {
      const losses = records[run].flatMap((record) => (record.type === 'steps' ? record.loss : []));
      await withTrainer(engine, small({ ...shared, ...one }), async (trainer) => {
        const own = await trainer.steps(losses.length);
        const known = own.map((loss) => (Number.isFinite(loss) ? loss : null));
        if (run === 1) assert.ok(known.includes(null));
        // When a network ends, the clocks of the others are set anew: in the first two places, which takes a record.
        if (run < 2) known[21] = null;
        assert.is(JSON.stringify(losses), JSON.stringify(known), `run ${run}`);
      });
    }
  }));

test('a log that cannot be written does not end the run; end() says why', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, options(), async (trainer) => {
      for (const append of [
        () => {
          throw new Error('full');
        },
        async () => {
          throw new Error('full');
        },
      ]) {
        const log = new RunLog(trainer, { append });
        const history = await log.fit({ epochs: 1 });
        assert.is(history.length, trainer.history.length);
        const error = await log.end().catch((reason: unknown) => reason);
        assert.is((error as Error).message, 'full');
      }
    }),
  ));

test('a run that is stopped or fails ends its log; a wrong call does not', () =>
  withSharedEngine(async (engine) => {
    const failing = options({ optimizer: sgd({ learningRate: 1e6 }), loss: 'mse' });
    await withTrainer(engine, failing, async (trainer) => {
      const { append, text, lines } = kept();
      const log = new RunLog(trainer, { append });
      const wrong = await log.fit({ epochs: 0 }).catch((reason: unknown) => reason);
      assert.instance(wrong, OptionError);
      assert.is(await text('run.json'), '');
      const error = await log.fit({ epochs: 1 }).catch((reason: unknown) => reason);
      assert.is((error as Error).name, 'NonFiniteError');
      const end = JSON.parse(await text('end.json'));
      assert.equal([end.state, end.error], ['failed', (error as Error).message]);
      // The steps up to there, and those that were no numbers any more.
      const losses = (await lines('steps.jsonl')).map(({ loss }) => loss);
      assert.is(losses.length, 22);
      assert.ok(Number.isFinite(losses[0]) && losses[21] === null);
      const late = await log.fit({ epochs: 1 }).catch((reason: unknown) => reason);
      assert.match(String(late), /the log has ended/);
      await log.end();
    });
    await withTrainer(engine, options(), async (trainer) => {
      const { append, text } = kept();
      const log = new RunLog(trainer, { append });
      const stop = new AbortController();
      const onEpoch = async (): Promise<void> => {
        stop.abort();
        assert.instance(await log.end().catch((reason: unknown) => reason), BusyError);
      };
      const { signal } = stop;
      const error = await log
        .fit({ epochs: 5, signal, onEpoch })
        .catch((reason: unknown) => reason);
      assert.is((error as Error).name, 'AbortError');
      assert.is(JSON.parse(await text('end.json')).state, 'killed');
    });
  }));

test('a run whose device is lost has the losses of all its steps in its log, those before its last copy, too', async () => {
  /** @param at the epochs and steps after which the device is lost */
  const logged = async (...at: readonly (readonly [epoch: number, step: number])[]) => {
    const engines: Engine[] = [];
    const renew = async (): Promise<Engine> => {
      engines.push(await Engine.create({ family: 'portable', quick: true, gpu: losable }));
      return engines[engines.length - 1];
    };
    const found = await withTrainer(await renew(), options(), async (trainer) => {
      const { append, lines } = kept();
      const log = new RunLog(trainer, { append });
      const left = [...at];
      await log.fit({
        ...{ epochs: 3, chunk: 1, keep: 0, renew },
        onProgress: ({ epoch, step }) => {
          const [next] = left;
          if (!next || epoch !== next[0] || step !== next[1]) return;
          left.shift();
          lose(engines[engines.length - 1].device);
        },
      });
      await log.end();
      assert.is(left.length, 0);
      const steps = await lines('steps.jsonl');
      return steps.map(({ step, epoch, loss }) => [step, epoch, loss]);
    });
    for (const engine of engines) engine.destroy();
    return found;
  };
  const whole = await logged();
  assert.is(whole.length, 66);
  for (const at of thoroughly(
    [
      [[3, 9]],
      [
        [2, 15],
        [3, 9],
      ],
    ] as const,
    (_, i) => i === 0,
  )) {
    assert.equal(await logged(...at), whole);
  }
});

test.run();
