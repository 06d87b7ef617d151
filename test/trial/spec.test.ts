import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { TRAIN_OPTIONS } from '../../src/cli/commands/train-options.ts';
import { OptionError } from '../../src/errors.ts';
import { trialSettings } from '../../src/harness/tasks/trial-data.ts';
import { checkSpec } from '../../src/trial/check.ts';
import { trialId } from '../../src/trial/id.ts';
import { TRIAL_OPTIONS } from '../../src/trial/options.ts';
import { pageOptionsOf } from '../../src/trial/page-options.ts';
import type { TrialSpec } from '../../src/trial/spec.ts';

const SPEC: TrialSpec = {
  format: 'gradweave-trial-1',
  engine: '1.2.3',
  model: '2',
  data: { kind: 'files', sha256: '0123456789abcdef'.repeat(4) },
  options: { lr: 0.001, layers: [784, 128, 10], nesterov: true, optimizer: 'sgd' },
  seed: 1,
  epochs: 10,
};

/** Also computed with Python: hashlib.sha256(json.dumps(…, sort_keys=True, separators=(',', ':'))). */
const ID = '46e1ff36b998044fbf4ef554f7a2033eff57aa32f680958b7f319f7339183281';

test('the id of a specification is that of its canonical JSON, for good', async () => {
  assert.is(await trialId(SPEC), ID);
  const plain: TrialSpec = { ...SPEC, options: {} };
  assert.is(
    await trialId(plain),
    'cd66a658888a6a7a5e7a680874fc48e0a8d90a92d324978e99a808cfff397ae8',
  );
});

test('equal meaning gives equal ids', async () => {
  const { options, ...others } = SPEC;
  const same = async (changed: unknown): Promise<void> =>
    assert.is(await trialId(changed as TrialSpec), ID, JSON.stringify(changed));
  const turned = Object.entries(options).reverse();
  await same({ options: Object.fromEntries(turned), ...others });
  await same(JSON.parse(JSON.stringify(SPEC).replace('0.001', '1.0E-3')));
  const usual = { plan: 'fused', precision: 'full', family: 'auto' };
  await same({ ...SPEC, options: { ...options, ...usual } });
  await same(Object.assign(Object.create(null), SPEC));

  const zero = { ...SPEC, seed: 0, options: { lr: 0 } };
  const minus = { ...SPEC, seed: -0, options: { lr: -0, nesterov: false } };
  assert.is(await trialId(minus), await trialId(zero));
});

test('everything else changes the id', async () => {
  const changes: Partial<TrialSpec>[] = [
    { engine: '1.2.4' },
    { model: '1' },
    { data: { ...SPEC.data, kind: 'built-in' } },
    { data: { ...SPEC.data, sha256: 'f'.repeat(64) } },
    { options: { ...SPEC.options, lr: 0.002 } },
    { options: { ...SPEC.options, plan: 'plain' } },
    { options: { ...SPEC.options, layers: [784, 10, 128] } },
    { seed: 2 },
    { epochs: 11 },
  ];
  const ids = await Promise.all(changes.map((change) => trialId({ ...SPEC, ...change })));
  assert.is(new Set([...ids, ID]).size, changes.length + 1);
});

/** What hostile JSON and mistaken JavaScript give, and a part of the message. */
const WRONG: readonly (readonly [given: unknown, message: string])[] = [
  [undefined, 'undefined was given'],
  [null, 'null was given'],
  ['{}', '"{}" was given'],
  [[], 'an array of 0'],
  [new (class Trial {})(), 'a plain object'],
  [{}, 'lacks format, engine'],
  [{ ...SPEC, epoch: 3 }, 'did you mean epochs?'],
  [JSON.parse('{"__proto__": {"seed": 1}}'), '"__proto__"'],
  [Object.create(SPEC), 'a plain object'],
  [{ ...SPEC, format: 'gradweave-trial-2' }, "this version reads 'gradweave-trial-1'"],
  [{ ...SPEC, engine: 1 }, 'engine 1'],
  [{ ...SPEC, engine: 'latest' }, 'engine "latest"'],
  [{ ...SPEC, engine: `1.2.3-${'a'.repeat(1e6)}` }, 'a trial'],
  [{ ...SPEC, model: '\ud800' }, 'model'],
  [{ ...SPEC, model: 2 }, 'model 2'],
  [{ ...SPEC, model: '__proto__/..' }, 'model'],
  [{ ...SPEC, data: 'files' }, "a trial's data takes an object"],
  [{ ...SPEC, data: { ...SPEC.data, path: '/etc/passwd' } }, '"path"'],
  [{ ...SPEC, data: { ...SPEC.data, kind: 'toString' } }, 'data.kind'],
  [{ ...SPEC, data: { ...SPEC.data, sha256: 'F'.repeat(64) } }, 'data.sha256'],
  [{ ...SPEC, data: { ...SPEC.data, sha256: `${SPEC.data.sha256}\n` } }, 'data.sha256'],
  [{ ...SPEC, seed: '1' }, 'seed "1"'],
  [{ ...SPEC, seed: NaN }, 'seed NaN'],
  [{ ...SPEC, seed: 2 ** 32 }, '0 to 4294967295'],
  [{ ...SPEC, seed: -1 }, 'seed -1'],
  [{ ...SPEC, epochs: 0 }, 'epochs 0'],
  [{ ...SPEC, epochs: 1.5 }, 'epochs 1.5'],
  [{ ...SPEC, epochs: 1e300 }, 'epochs 1e+300'],
  [{ ...SPEC, options: [] }, "a trial's options takes an object"],
  [{ ...SPEC, options: { lr: '0.001' } }, 'use a number from 0 up, without quotes: 0.001'],
  [{ ...SPEC, options: { lr: Infinity } }, 'options.lr: Infinity'],
  [{ ...SPEC, options: { lr: -1 } }, 'options.lr: -1'],
  [{ ...SPEC, options: { lr: [0.1, 0.2] } }, 'options.lr'],
  [{ ...SPEC, options: { layers: '784,10' } }, '[784, 10]'],
  [{ ...SPEC, options: { layers: [784, null] } }, 'null is at 1'],
  [{ ...SPEC, options: { layers: new Array(3) } }, 'undefined is at 0'],
  [{ ...SPEC, options: { layers: new Array(1e6).fill(1) } }, '2 to 256 numbers'],
  [{ ...SPEC, options: { nesterov: 'true' } }, 'true or false, without quotes: true'],
  [{ ...SPEC, options: { activation: '' } }, 'a text of 1 to 64 characters'],
  [{ ...SPEC, options: { family: 'discrete' } }, "'tiled', its name now"],
  [{ ...SPEC, options: { 'batch-size': 2.5 } }, 'an integer from 1 to 60000'],
  [{ ...SPEC, options: { seed: 3 } }, '"seed"'],
  [{ ...SPEC, options: { tune: 3 } }, '"tune"'],
  [{ ...SPEC, options: JSON.parse('{"constructor": 1}') }, '"constructor"'],
  [Object.defineProperty({ ...SPEC }, 'seed', { get: () => fail(), enumerable: true }), 'cannot'],
  [new Proxy(SPEC, { get: () => fail(), ownKeys: () => fail() }), 'a trial'],
];

function fail(): never {
  throw new Error('hostile');
}

test('a wrong specification is refused by name, whatever it is', () => {
  for (const [given, message] of WRONG) {
    let thrown: unknown;
    try {
      checkSpec(given);
    } catch (error) {
      thrown = error;
    }
    assert.instance(thrown, OptionError, message);
    const text = String((thrown as Error).message);
    assert.ok(text.includes(message), `${message}: ${text}`);
    assert.ok(text.length < 900, `${text.length} characters`);
  }
});

test('a checked specification is a frozen copy that later changes do not reach', () => {
  const layers = [784, 10];
  const checked = checkSpec({ ...SPEC, options: { layers } });
  layers[1] = 11;
  assert.equal(checked.options.layers, [784, 10]);
  assert.throws(() => Object.assign(checked.options, { lr: 1 }));
  assert.throws(() => Object.assign(checked, { seed: 2 }));
});

test('the page gets a trial as the command line writes it', () => {
  const { options } = SPEC;
  const more = { ...options, betas: [0.9, 0.99], lr: 1e-7 };
  assert.is(
    decodeURIComponent(String(pageOptionsOf({ ...SPEC, options: more }))),
    'model=2&seed=1&epochs=10&lr=1e-7&layers=784,128,10&nesterov=&optimizer=sgd&betas=0.9,0.99',
  );
  const settings = trialSettings({ ...SPEC, options: { ...options, momentum: 0.9 } });
  assert.is(settings.data, 'images');
  assert.is(settings.epochs, 10);
  assert.is(settings.optimizer.learningRate, 0.001);
});

/** Options of `gradweave train` that do not determine the bits, or have fields of their own. */
const OTHERS = [
  ...['model', 'seed', 'epochs'],
  // A sweep prunes trials by itself, and keeps the digest of the last epoch.
  ...['patience', 'keep'],
  // They are of data, which has a hash, and of several trials.
  ...['data', 'text', 'seeds'],
  ...['target', 'learn', 'leave-out', 'numbers', 'missing', 'side', 'colour'],
  ...['sample', 'temperature', 'prompt'],
  ...['tune', 'warm-steps'],
  ...['save', 'checkpoint', 'every', 'resume', 'from', 'json'],
  ...['log', 'log-histograms', 'mlflow', 'mlflow-experiment', 'mlflow-run'],
  ...['runtime', 'chrome', 'adapter', 'forget', 'no-sandbox', 'headful', 'quiet'],
];

test('every option of gradweave train is one of trials, or known not to determine bits', () => {
  const names = TRAIN_OPTIONS.map(({ name }) => name);
  for (const name of names) {
    const both = [Object.hasOwn(TRIAL_OPTIONS, name), OTHERS.includes(name)];
    assert.is(both.filter(Boolean).length, 1, name);
  }
  for (const name of Object.keys(TRIAL_OPTIONS)) assert.ok(names.includes(name), name);
});

/** Trials learn from Fashion-MNIST, whose size is known. */
const FASHION_MNIST: Readonly<Record<string, { readonly max: number }>> = {
  'train-limit': { max: 60_000 },
};

test('a trial takes the same numbers as gradweave train', () => {
  for (const option of TRAIN_OPTIONS) {
    const own = TRIAL_OPTIONS[option.name];
    if (own?.kind !== 'integer' || option.kind !== 'int') continue;
    const { max } = { ...option.range, ...FASHION_MNIST[option.name] };
    assert.equal({ min: own.min, max: own.max }, { ...option.range, max }, option.name);
  }
});

test.run();
