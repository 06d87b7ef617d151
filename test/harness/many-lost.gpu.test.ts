import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Ensemble } from '../../src/ensemble/ensemble.ts';
import { Engine } from '../../src/gpu/engine.ts';
import { Gate } from '../../src/harness/gate.ts';
import type { TaskEvent } from '../../src/harness/protocol.ts';
import { openJob } from '../../src/harness/tasks/job.ts';
import { LastingEnsemble } from '../../src/harness/tasks/lasting-ensemble.ts';
import { createEnsemble } from '../../src/harness/tasks/many.ts';
import { copiesOf } from '../../src/harness/tasks/many-copies.ts';
import { runsOf } from '../../src/harness/tasks/many-runs.ts';
import { runEnsemble } from '../../src/harness/tasks/run-ensemble.ts';
import { settingsOf } from '../../src/harness/tasks/settings.ts';
import { EnsembleRecorder } from '../../src/log/ensemble-recorder.ts';
import type { LogRecord } from '../../src/log/records.ts';
import { losable, lose } from '../gpu/faults.ts';
import { inLongRun } from '../run/thorough.ts';

/** Some networks end early, at different epochs of 6 steps, after their best ones. */
const QUERY =
  'model=2&layers=784,6,10&dropout=0.1&batch-size=20&train-limit=120&optimizer=sgd&lr=6&momentum=0.9&epochs=6&family=portable&plan=plain&seeds=1..3&patience=2&keep=best';

/** When devices are lost; each call is told the networks, and how many devices there were. */
interface Upset {
  /** Asked again and again while they are trained. */
  readonly during?: (ensemble: Ensemble, devices: number) => boolean;
  /** After an epoch, before it is told. */
  readonly afterFit?: (ensemble: Ensemble, devices: number) => boolean;
  readonly everyMs?: number;
  /** Pauses after the first epoch, and loses the device then. */
  readonly paused?: boolean;
  /** Loses the device after the training, before the evaluation. */
  readonly evaluating?: boolean;
}

const newEngine = () => Engine.create({ family: 'portable', quick: true, gpu: losable });

async function trained({ during, afterFit, everyMs, paused, evaluating }: Upset) {
  const runs = runsOf(new URLSearchParams(QUERY));
  const settings = runs.map(({ options }) => settingsOf(options));
  const told: number[] = [];
  const emit = (event: TaskEvent): void => {
    if (event.type === 'epoch') told.push(event.record.epoch);
  };
  const job = await openJob(runs[0].options, settings[0], emit);
  const engines = [await newEngine()];
  /** The step that the networks begin to be trained from, on each device. */
  const starts: number[] = [];
  const loseIt = (): void => lose(engines[engines.length - 1].device);
  let latest: Ensemble | undefined;
  const many = await LastingEnsemble.create(engines[0], {
    make: async (engine) => {
      const ensemble = await createEnsemble(engine, job, settings);
      latest = ensemble;
      const fit = ensemble.fit.bind(ensemble);
      ensemble.fit = async (options) => {
        starts[engines.length - 1] ??= ensemble.step;
        const made = await fit(options);
        if (afterFit?.(ensemble, engines.length)) loseIt();
        return made;
      };
      return ensemble;
    },
    renew: async () => {
      engines.push(await newEngine());
      return engines[engines.length - 1];
    },
    ...(everyMs === undefined ? {} : { everyMs }),
  });
  const records: LogRecord[][] = runs.map(() => []);
  const recorder = new EnsembleRecorder(many.current, (run, record) => records[run].push(record));
  const gate = new Gate();
  const watching = setInterval(() => {
    if (latest && during?.(latest, engines.length)) loseIt();
  });
  const outcome = await runEnsemble(many, job, emit, {
    ...{ gate, recorder },
    onPause: () => {
      loseIt();
      setTimeout(() => gate.resume());
    },
    onEpoch: ({ epoch }) => {
      if (paused && epoch === 1) gate.pause();
    },
  });
  clearInterval(watching);
  if (evaluating) loseIt();
  const { copies, evaluations, members } = await many.during(async (ensemble) => ({
    copies: await copiesOf(ensemble),
    evaluations: await ensemble.evaluate(),
    members: ensemble.members,
  }));
  const networks = members.map(({ run, state, history }) => ({
    ...{ state, kept: outcome.kept.get(run), test: evaluations[run].loss },
    history: history.map(({ seconds: _, ...record }) => record),
    tensors: [...copies.networks[run].tensors].map(([kind, all]) => [
      kind,
      [...all].map(([name, values]) => [name, [...values]]),
    ]),
    steps: records[run].flatMap((one) =>
      one.type === 'steps' ? one.loss.map((loss, i) => [one.first + i, loss]) : [],
    ),
  }));
  const means = outcome.history.map(({ seconds: _, ...record }) => record);
  for (const engine of engines) engine.destroy();
  return { networks, means, told, ended: [...outcome.stopped], starts };
}

const whole = trained({});

/**
 * Trains where `upset` loses devices, and compares with the networks that nothing happened to.
 *
 * @returns the step that they begin to be trained from, on each device
 */
async function survives(upset: Upset): Promise<readonly number[]> {
  const { starts, ...found } = await trained(upset);
  const { starts: _, ...wanted } = await whole;
  assert.equal(found, wanted);
  return starts;
}

test('networks whose device is lost end with the bits, logs and best epochs of those that nothing happened to', async () => {
  const { networks, told, ended } = await whole;
  assert.equal(told, [1, 2, 3, 4, 5, 6]);
  const early = networks.filter(({ history }) => history.length < 6).length;
  assert.ok(ended.length >= early && early > 0 && early < 3, `${early} of 3 end early`);
  assert.ok(networks.some(({ kept, history }) => kept !== history.length));
  // In the middle of an epoch, and with the last epoch done, so that its networks and their best epochs are copied no more.
  const starts = await survives({
    during: ({ step }, devices) => devices === 1 && step > 14,
    afterFit: ({ step }, devices) => devices === 2 && step === 36,
    everyMs: 0,
  });
  assert.is(starts.length, 3);
  assert.ok(starts[1] >= 6 && starts[2] >= 30, `they go on from steps ${starts}`);
});

inLongRun(test)('what is trained again after a loss is told and counted once', async () => {
  // Before there is a copy.
  const upset: Upset = { afterFit: ({ step }, devices) => devices < 4 && step === 12 * devices };
  assert.is((await survives(upset)).length, 4);
});

inLongRun(test)('paused networks go on with another device, and those that are done', async () => {
  const starts = await survives({ paused: true, evaluating: true, everyMs: 0 });
  // On the third one nothing is trained.
  assert.equal(starts, [0, 6]);
});

test.run();
