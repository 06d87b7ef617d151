import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isObject } from '../../src/check.ts';
import * as checkpoint from '../../src/checkpoint.ts';
import * as data from '../../src/data/index.ts';
import { GradweaveError } from '../../src/errors.ts';
import * as engineApi from '../../src/index.ts';
import * as log from '../../src/log/index.ts';
import * as onnx from '../../src/onnx/index.ts';
import * as ops from '../../src/ops/index.ts';
import * as reference from '../../src/reference/index.ts';
import { LoadedModel } from '../../src/train/model-file/load.ts';
import * as verify from '../../src/verify/index.ts';
import { anotherEngine, checked, QUICK } from '../gpu/helpers.ts';
import { THOROUGH, thoroughly } from '../run/thorough.ts';
import { type Any, args, type Call, ERROR, INTERNAL, options, VALUE } from './calls.ts';
import { labelsOp } from './graph-parts.ts';
import { opsCalls } from './ops-calls.ts';
import { wrongValues } from './wrong-values.ts';

const { adam, Engine, Inference, liveSet, linear, LiveSet, relu, Sequential, Trainer } = engineApi;

/** Draws garments, but not thousands of them where nothing is said. */
function drawn(given: Any): unknown {
  if (isObject(given) && (given.train === undefined || given.test === undefined)) return undefined;
  return data.builtInGarments(given);
}

/** Values of 2^45 are right for a number of epochs, and take for ever. */
const COUNTS: ReadonlySet<unknown> = new Set([2 ** 45]);

interface Scene {
  readonly engine: engineApi.Engine;
  readonly trainer: Any;
  readonly ensemble: Any;
  readonly imageTrainer: Any;
  readonly inference: Any;
  readonly encoder: () => GPUCommandEncoder;
  readonly buffer: GPUBuffer;
  readonly snapshot: Any;
  readonly bytes: Uint8Array;
  readonly weights: Uint8Array;
  readonly saved: Uint8Array;
}

const model = () => new Sequential([2], [linear(2, 4), relu(), linear(4, 2)]);
/** Zeros for all parameters of a model. */
const weightsOf = (made: Any): Map<string, Float32Array> =>
  new Map(
    made.parameters.map(({ name, shape }: Any) => [
      name,
      new Float32Array(shape.reduce((all: number, size: number) => all * size, 1)),
    ]),
  );
/** A model with a function of ours. */
const odd = () =>
  new Sequential(
    [2],
    [
      engineApi.pointwise({
        name: 'odd',
        wgsl: 'fn value(x: f32) -> f32 { return x; } fn derivative(x: f32) -> f32 { return 1.0; }',
      })(),
    ],
  );
const inputs = Float32Array.from({ length: 40 }, (_, i) => Math.sin(i));
const labels = Uint8Array.from({ length: 20 }, (_, i) => i % 2);
const arrays = { train: { inputs, labels }, test: { inputs, labels } };
const images = { images: new Uint8Array(80), labels, count: 20, height: 2, width: 2 };
const garments = {
  name: 'images',
  synthetic: true,
  classes: ['a', 'b'],
  train: images,
  test: images,
};
const training = () => ({
  model: model(),
  dataset: arrays,
  loss: 'cross_entropy',
  optimizer: adam(),
  batchSize: 5,
});

const idx = (...bytes: number[]) => Uint8Array.from(bytes);
const IDX_IMAGES = idx(0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 9);
const IDX_LABELS = idx(0, 0, 8, 1, 0, 0, 0, 1, 0);

/** An archive of nothing. */
const NPZ = idx(0x50, 0x4b, 5, 6, ...new Array<number>(18).fill(0));

const BATCH_NORM = {
  eps: 1e-5,
  momentum: 0.1,
  affine: true,
  trackRunningStats: true,
  frozen: false,
};

/** Predicts without a GPU. */
const sequences = {
  model: new Sequential([2], [engineApi.embedding(3, 2), linear(2, 3)]),
  predict: async () => new Float32Array(6),
};

/** Nothing can be given. */
const VALUE_OF_LOSS = 'takes nothing';

/** How everything public is called. An export or a method that is not here fails the test. */
function table(scene: Scene): Readonly<Record<string, readonly Call[] | string>> {
  const {
    engine,
    trainer,
    ensemble,
    imageTrainer,
    inference,
    encoder,
    buffer,
    snapshot,
    bytes,
    weights,
    saved,
  } = scene;
  const layer = (made: Any): Call[] => [
    (wrong) => made.shape(wrong),
    (wrong) => made.build(wrong, '0', true),
  ];
  const node = () => reference.input(new reference.Graph(), 'x', [1, 2]);
  const world = {
    tensors: new Map(),
    moments: new Map(),
    images: new Uint8Array(4),
    labels: new Uint8Array(1),
    indices: [0],
    count: 1,
    step: 0,
    key: [0, 0],
  };
  const picture = { data: new Uint8Array(4), width: 1, height: 1 };
  const tensors = { count: 3, inputs: buffer, labels: buffer };
  return {
    linear: [
      ...args([2, 3, {}], linear),
      ...options({ bias: true }, (o) => linear(2, 3, o)),
      ...layer(linear(2, 3)),
    ],
    dropout: [(wrong) => engineApi.dropout(wrong), ...layer(engineApi.dropout(0.5))],
    relu: layer(relu()),
    sigmoid: layer(engineApi.sigmoid()),
    tanh: layer(engineApi.tanh()),
    silu: layer(engineApi.silu()),
    sine: layer(engineApi.sine()),
    gelu: [
      ...layer(engineApi.gelu()),
      ...options({ approximate: 'tanh' }, (o) => engineApi.gelu(o)),
    ],
    leakyRelu: [
      ...layer(engineApi.leakyRelu()),
      ...options({ negativeSlope: 0.1 }, (o) => engineApi.leakyRelu(o)),
    ],
    elu: [...layer(engineApi.elu()), ...options({ alpha: 0.5 }, (o) => engineApi.elu(o))],
    softplus: [
      ...layer(engineApi.softplus()),
      ...options({ beta: 2, threshold: 10 }, (o) => engineApi.softplus(o)),
    ],
    flatten: [
      ...layer(engineApi.flatten()),
      ...options({ channelsLast: true }, (o) => engineApi.flatten(o)),
    ],
    unflatten: [
      ...args([[2, 2], {}], engineApi.unflatten),
      ...options({ channelsLast: true }, (o) => engineApi.unflatten([2, 2], o)),
    ],
    maxPool1d: [
      ...args([2, {}], engineApi.maxPool1d),
      ...options({ stride: 1, padding: 0, dilation: 1, ceilMode: false }, (o) =>
        engineApi.maxPool1d(2, o),
      ),
      ...layer(engineApi.maxPool1d(1)),
    ],
    avgPool1d: [
      ...args([2, {}], engineApi.avgPool1d),
      ...options({ stride: 1, padding: 0, ceilMode: false, countIncludePad: true }, (o) =>
        engineApi.avgPool1d(2, o),
      ),
      ...layer(engineApi.avgPool1d(1)),
    ],
    adaptiveAvgPool1d: [
      ...args([1], engineApi.adaptiveAvgPool1d),
      ...layer(engineApi.adaptiveAvgPool1d()),
    ],
    maxPool2d: [
      ...args([2, {}], engineApi.maxPool2d),
      ...options({ stride: 1, padding: 0, dilation: 1, ceilMode: false }, (o) =>
        engineApi.maxPool2d(2, o),
      ),
      ...layer(engineApi.maxPool2d(1)),
    ],
    avgPool2d: [
      ...args([2, {}], engineApi.avgPool2d),
      ...options({ stride: 1, padding: 0, ceilMode: false, countIncludePad: true }, (o) =>
        engineApi.avgPool2d(2, o),
      ),
      ...layer(engineApi.avgPool2d(1)),
    ],
    adaptiveAvgPool2d: [
      ...args([1], engineApi.adaptiveAvgPool2d),
      ...layer(engineApi.adaptiveAvgPool2d()),
    ],
    mlp: [
      ...args([[2], [2, 3, 2], {}], engineApi.mlp),
      (wrong) => engineApi.mlp([2], [2, wrong]),
      ...options({ activation: 'relu', outputActivation: 'tanh', dropout: 0.1 }, (o) =>
        engineApi.mlp([2], [2, 3, 2], o),
      ),
    ],
    Sequential: [
      ...args([[2], [relu()]], (...given) => new Sequential(given[0], given[1])),
      (wrong) => new Sequential([wrong], [relu()]),
      (wrong) => new Sequential([2], [relu(), wrong]),
      ...options(
        { kind: 'own', parameters: [], shape: () => [2], build: (x: unknown) => x },
        (o) => new Sequential([2], [o]),
      ),
    ],
    'Sequential.build': args([node(), true], (...given) => model().build(given[0], given[1])),
    'Sequential.shape': [(wrong) => model().shape(wrong)],
    sequential: [
      (wrong) => engineApi.sequential(wrong),
      (wrong) => engineApi.sequential([relu(), wrong]),
      ...layer(engineApi.sequential([relu()])),
    ],
    residual: [
      (wrong) => engineApi.residual(wrong),
      (wrong) => engineApi.residual([relu(), wrong]),
      ...layer(engineApi.residual([relu()])),
    ],
    named: [
      ...args(['fc', relu()], (...given) => engineApi.named(given[0], given[1])),
      ...layer(engineApi.named('fc', relu())),
    ],
    layer: [
      ...options(
        {
          kind: 'own',
          parameters: { w: { shape: [2], bound: 1 } },
          shape: () => [2],
          build: (x: unknown) => x,
          options: { width: 2 },
        },
        (o) => new Sequential([2], [engineApi.layer(o)]),
      ),
      ...options(
        { shape: [2], initial: engineApi.zeros, bound: 1, stored: 'as given', state: false },
        (w) => engineApi.layer({ kind: 'own', parameters: { w }, build: (x) => x }),
      ),
    ],
    embedding: [
      ...args([5, 4, {}], engineApi.embedding),
      (wrong) => engineApi.embedding(5, 4, { initial: wrong }),
      ...layer(engineApi.embedding(5, 4)),
    ],
    positionalEmbedding: [
      ...args([5, 4, {}], engineApi.positionalEmbedding),
      (wrong) => engineApi.positionalEmbedding(5, 4, { initial: wrong }),
      ...layer(engineApi.positionalEmbedding(5, 4)),
    ],
    unembedding: [
      (wrong) => engineApi.unembedding(wrong),
      ...layer(engineApi.unembedding(engineApi.embedding(5, 4))),
    ],
    causalSelfAttention: [
      ...args([4, 2], engineApi.causalSelfAttention),
      ...layer(engineApi.causalSelfAttention(4, 2)),
    ],
    textDataset: [
      ...args(['abcabc', { length: 2 }], engineApi.textDataset),
      ...options({ length: 2, stride: 2, validation: 0.5, vocabulary: ['a', 'b', 'c'] }, (o) =>
        engineApi.textDataset('abcabcabc', o),
      ),
    ],
    layerOutputs: args([model(), ['0', '2']], engineApi.layerOutputs),
    generate: [
      (wrong) => engineApi.generate(wrong, [0]).next(),
      (wrong) => engineApi.generate(sequences, wrong).next(),
      (wrong) => engineApi.generate(sequences, [0], wrong).next(),
      ...options({ count: 1, temperature: 1, topK: 2, seed: 1 }, (o) =>
        engineApi.generate(sequences, [0], o).next(),
      ),
    ],
    layerNorm: [
      ...args([4, {}], engineApi.layerNorm),
      ...options({ eps: 1e-5, affine: true }, (o) => engineApi.layerNorm(4, o)),
      ...layer(engineApi.layerNorm(4)),
    ],
    rmsNorm: [
      ...args([4, {}], engineApi.rmsNorm),
      ...options({ eps: 1e-5, affine: true }, (o) => engineApi.rmsNorm(4, o)),
      ...layer(engineApi.rmsNorm(4)),
    ],
    batchNorm1d: [
      ...args([4, {}], engineApi.batchNorm1d),
      ...options(BATCH_NORM, (o) => engineApi.batchNorm1d(4, o)),
      ...layer(engineApi.batchNorm1d(4)),
    ],
    batchNorm2d: [
      ...args([4, {}], engineApi.batchNorm2d),
      ...options(BATCH_NORM, (o) => engineApi.batchNorm2d(4, o)),
      ...layer(engineApi.batchNorm2d(4)),
    ],
    softmax: layer(engineApi.softmax()),
    conv2d: [
      ...args([4, 4, 3, {}], engineApi.conv2d),
      (wrong) => engineApi.conv2d(4, 4, [3, wrong]),
      ...options({ stride: 1, padding: 1, dilation: 1, groups: 2, bias: true }, (o) =>
        engineApi.conv2d(4, 4, 3, o),
      ),
      ...layer(engineApi.conv2d(4, 4, 3)),
    ],
    conv1d: [
      ...args([4, 4, 3, {}], engineApi.conv1d),
      ...options({ stride: 1, padding: 1, dilation: 1, groups: 2, bias: true }, (o) =>
        engineApi.conv1d(4, 4, 3, o),
      ),
      ...layer(engineApi.conv1d(4, 4, 3)),
    ],
    convTranspose2d: [
      ...args([4, 4, 3, {}], engineApi.convTranspose2d),
      (wrong) => engineApi.convTranspose2d(4, 4, [3, wrong]),
      ...options(
        { stride: 2, padding: 1, outputPadding: 1, dilation: 1, groups: 2, bias: true },
        (o) => engineApi.convTranspose2d(4, 4, 3, o),
      ),
      ...layer(engineApi.convTranspose2d(4, 4, 3)),
    ],
    convTranspose1d: [
      ...args([4, 4, 3, {}], engineApi.convTranspose1d),
      ...options(
        { stride: 2, padding: 1, outputPadding: 1, dilation: 1, groups: 2, bias: true },
        (o) => engineApi.convTranspose1d(4, 4, 3, o),
      ),
      ...layer(engineApi.convTranspose1d(4, 4, 3)),
    ],
    uniform: [(wrong) => engineApi.uniform(wrong)],
    normal: [(wrong) => engineApi.normal(wrong)],
    constants: [(wrong) => engineApi.constants(wrong)],
    zeros: VALUE,
    model: [
      ...args([[2], (x: Any) => x], (...given) => engineApi.model(given[0], given[1])),
      (wrong) => engineApi.model([2], () => wrong),
      (wrong) => engineApi.model([2], (x) => x.pipe(wrong)),
      (wrong) => engineApi.model([2], (x) => x.add(wrong)),
      (wrong) => engineApi.model([2], (x) => x).build(wrong, true),
      (wrong) => engineApi.model([2], (x) => x).shape(wrong),
    ],
    concat: [
      (wrong) => engineApi.concat(wrong),
      (wrong) => engineApi.model([2], (x) => engineApi.concat([x, wrong])),
    ],
    'Sequential.initialize': [
      (wrong) => model().initialize(wrong),
      (wrong) => model().initialize([wrong, 0]),
    ],
    sgd: options(
      { learningRate: 0.1, momentum: 0, dampening: 0, nesterov: false, weightDecay: 0 },
      engineApi.sgd,
    ),
    adam: options(
      { learningRate: 0.1, betas: [0.9, 0.99], epsilon: 1e-8, weightDecay: 0, amsgrad: false },
      adam,
    ),
    adagrad: options(
      {
        learningRate: 0.1,
        learningRateDecay: 0,
        weightDecay: 0,
        initialAccumulatorValue: 0,
        epsilon: 1e-8,
      },
      engineApi.adagrad,
    ),
    lion: options({ learningRate: 0.1, betas: [0.9, 0.99], weightDecay: 0 }, engineApi.lion),
    nadam: options(
      {
        learningRate: 0.1,
        betas: [0.9, 0.99],
        epsilon: 1e-8,
        weightDecay: 0,
        momentumDecay: 0,
      },
      engineApi.nadam,
    ),
    rmsprop: options(
      {
        learningRate: 0.1,
        alpha: 0.9,
        epsilon: 1e-8,
        weightDecay: 0,
        momentum: 0,
        centered: false,
      },
      engineApi.rmsprop,
    ),
    adamw: options(
      { learningRate: 0.1, betas: [0.9, 0.99], epsilon: 1e-8, weightDecay: 0 },
      engineApi.adamw,
    ),
    constantRate: options({ factor: 0.5, totalSteps: 5 }, engineApi.constantRate),
    linearRate: options({ startFactor: 0.5, endFactor: 1, totalSteps: 5 }, engineApi.linearRate),
    polynomialRate: options({ totalSteps: 5, power: 2 }, engineApi.polynomialRate),
    stepRate: options({ stepSize: 5, gamma: 0.5 }, engineApi.stepRate as Any),
    multiStepRate: [
      ...options({ milestones: [5, 9], gamma: 0.5 }, engineApi.multiStepRate as Any),
      (wrong) => engineApi.multiStepRate({ milestones: [5, wrong] }),
    ],
    exponentialRate: options({ gamma: 0.5 }, engineApi.exponentialRate as Any),
    cosineRate: options({ totalSteps: 5, endFactor: 0.5 }, engineApi.cosineRate as Any),
    cosineRestartsRate: options(
      { firstSteps: 5, growth: 2, endFactor: 0.5 },
      engineApi.cosineRestartsRate as Any,
    ),
    oneCycleRate: options(
      {
        totalSteps: 9,
        pctStart: 0.3,
        divFactor: 25,
        finalDivFactor: 100,
        annealStrategy: 'cos',
        threePhase: true,
      },
      engineApi.oneCycleRate as Any,
    ),
    warmup: args([5, engineApi.constantRate()], engineApi.warmup),
    chainedRate: [
      engineApi.chainedRate,
      (wrong) => engineApi.chainedRate([wrong]),
      ...options(engineApi.chainedRate([engineApi.warmup(2)]) as Any, (o) =>
        engineApi.chainedRate([o]),
      ),
    ],
    sequentialRate: [
      ...args([[engineApi.constantRate(), engineApi.warmup(2)], [5]], engineApi.sequentialRate),
      (wrong) => engineApi.sequentialRate([wrong], []),
      (wrong) => engineApi.sequentialRate([engineApi.warmup(2), engineApi.warmup(2)], [wrong]),
    ],
    tableRate: [
      ...options({ factors: [1, 0.5], stepsEach: 2 }, engineApi.tableRate as Any),
      (wrong) => engineApi.tableRate({ factors: [1, wrong] }),
    ],
    averaged: args([adam(), 0.5], engineApi.averaged as Any),
    inGroups: [
      ...args([adam(), () => undefined], engineApi.inGroups as Any),
      ...options({ rateFactor: 2, weightDecay: 0 }, (group) =>
        Trainer.create(engine, {
          ...training(),
          optimizer: engineApi.inGroups(adam(), { '0.weight': group }),
        } as Any),
      ),
      (wrong) =>
        Trainer.create(engine, {
          ...training(),
          optimizer: engineApi.inGroups(adam(), () => wrong),
        } as Any),
    ],
    clipNorm: [(wrong) => engineApi.clipNorm(wrong)],
    clipValue: [(wrong) => engineApi.clipValue(wrong)],
    wgslRate: options(
      { wgsl: 'fn factor(step: u32) -> f32 { return 1.0; }' },
      engineApi.wgslRate as Any,
    ),

    mse: VALUE_OF_LOSS,
    l1: VALUE_OF_LOSS,
    huber: options({ delta: 1 }, engineApi.huber),
    smoothL1: options({ beta: 1 }, engineApi.smoothL1),
    crossEntropy: [
      ...options(
        { labelSmoothing: 0.1, classWeights: [1, 2], ignoreIndex: -100 },
        engineApi.crossEntropy,
      ),
      (wrong) => engineApi.crossEntropy({ classWeights: [1, wrong] }),
    ],
    bceWithLogits: [
      ...options({ positiveWeights: [1, 2] }, engineApi.bceWithLogits),
      (wrong) => engineApi.bceWithLogits({ positiveWeights: [1, wrong] }),
    ],
    pointwiseLoss: options(
      {
        name: 'own',
        wgsl: 'fn value(x: f32, t: f32) -> f32 { return x; } fn derivative(x: f32, t: f32) -> f32 { return 1.0; }',
      },
      engineApi.pointwiseLoss,
    ),

    'Engine.create': options(
      {
        powerPreference: 'low-power',
        limits: {},
        family: 'portable',
        tuningStorage: undefined,
        quick: true,
        gpu: navigator.gpu,
        signal: undefined,
      },
      Engine.create,
    ).concat((wrong) => Engine.create({ limits: { maxBufferSize: wrong } })),
    'Engine.adopt': [
      ...args([engine.device, {}], Engine.adopt as Any),
      ...options({ family: 'portable', quick: true, tuningStorage: undefined }, (o) =>
        Engine.adopt(engine.device, o),
      ),
    ],
    'Engine.requirements': [(wrong) => Engine.requirements(wrong)],
    'Engine.upload': [
      (wrong) => engine.free(engine.upload(wrong)),
      ...options({ usage: 0x80 }, (o) => engine.free(engine.upload([1, 2], o))),
    ],
    'Engine.free': [(wrong) => engine.free(wrong)],
    'Engine.memory': [() => engine.memory()],
    'Engine.assertAlive': [() => engine.assertAlive()],
    'Engine.blameLoss': INTERNAL,
    'Engine.nameOf': INTERNAL,
    'Engine.submit': INTERNAL,
    'Engine.until': INTERNAL,
    'Engine.destroy': 'tested by test/train/destroy.gpu.test.ts',

    LiveSet: options(
      { capacity: 4, inputs: 2, classes: 2, weighted: true },
      (o) => new LiveSet(o),
      ['outputs'],
    ),
    imagesFrom: [
      ...args([[picture], {}], engineApi.imagesFrom),
      ...options(picture, (one) => engineApi.imagesFrom([one])),
      ...options({ channels: 3 }, (o) => engineApi.imagesFrom([picture], o)),
    ],
    liveSet: options(
      { capacity: 4, inputs: 2, classes: 2, ignoreIndex: -1, weighted: true },
      liveSet,
    ),
    'LiveSet.push': [
      ...args([[1, 2], 1, 1], (...given) =>
        liveSet({ capacity: 4, inputs: 2, classes: 2, weighted: true }).push(
          ...(given as [Any, Any, Any]),
        ),
      ),
      ...args([[1, 2], [1]], (...given) =>
        liveSet({ capacity: 4, inputs: 2, outputs: 1 }).push(...(given as [Any, Any])),
      ),
    ],
    'LiveSet.watch': INTERNAL,

    'Trainer.create': [
      ...args([engine, training()], (...given) => Trainer.create(given[0], given[1])),
      ...options(training(), (o) => Trainer.create(engine, o), [
        'data',
        'schedule',
        'clip',
        'accumulate',
        'augment',
        'streamBytes',
        'target',
        'seed',
        'normalize',
        'plan',
        'precision',
        'family',
        'order',
        'tuneBudget',
        'start',
        'signal',
      ]),
      ...options(arrays, (dataset) => Trainer.create(engine, { ...training(), dataset } as Any), [
        'validation',
        'name',
        'classes',
      ]),
      ...options(
        { inputs, labels },
        (train) => Trainer.create(engine, { ...training(), dataset: { train } } as Any),
        ['targets', 'weights', 'count', 'gather'],
      ),
      ...options(
        garments,
        (dataset) =>
          Trainer.create(engine, {
            ...training(),
            model: new Sequential([4], [linear(4, 2)]),
            dataset,
          } as Any),
        ['validation'],
      ),
      ...options(
        images,
        (train) =>
          Trainer.create(engine, {
            ...training(),
            model: new Sequential([4], [linear(4, 2)]),
            dataset: { ...garments, train },
          } as Any),
        ['gather', 'weights', 'channels'],
      ),
      ...options(
        {
          flip: true,
          shift: 1,
          border: 'zero',
          cutOut: 1,
          brightness: 0.1,
          contrast: 0.1,
          crop: 2,
        },
        (augment) =>
          Trainer.create(engine, {
            ...training(),
            model: new Sequential([4], [linear(4, 2)]),
            dataset: { ...garments, train: images },
            augment,
          } as Any),
      ),
      ...options(
        tensors,
        (train) =>
          Trainer.create(engine, { ...training(), batchSize: 2, dataset: { train } } as Any),
        ['targets', 'weights'],
      ),
      ...options({ buffer, offset: 0, size: 24 }, (part) =>
        Trainer.create(engine, {
          ...training(),
          batchSize: 2,
          dataset: { train: { ...tensors, inputs: part } },
        } as Any),
      ),
      ...options({ kind: 'listed', indices: Uint32Array.of(0, 1, 2, 3, 4) }, (order) =>
        Trainer.create(engine, { ...training(), order } as Any),
      ),
      ...options({ family: 'portable', steps: 1 }, (start) =>
        Trainer.create(engine, { ...training(), start } as Any),
      ),
      ...options(adam() as Any, (optimizer) =>
        Trainer.create(engine, { ...training(), optimizer } as Any),
      ),
      (wrong) =>
        Trainer.create(engine, {
          ...training(),
          normalize: { mean: wrong, deviation: [1, 1] },
        } as Any),
      (wrong) => Trainer.create(engine, { ...training(), normalize: [wrong, 1] } as Any),
      ...options(engineApi.clipNorm(1) as Any, (clip) =>
        Trainer.create(engine, { ...training(), clip } as Any),
      ),
    ],
    'Trainer.fit': [
      ...options({ epochs: 1 }, (o) => trainer.fit(o), [
        'validate',
        'metrics',
        'weights',
        'stop',
        'until',
        'chunk',
        'signal',
        'watch',
        'keep',
        'renew',
        'onEpoch',
        'onProgress',
      ]),
      ...options({ on: 'test.loss', patience: 1 }, (stop) => trainer.fit({ epochs: 1, stop }), [
        'restoreBest',
        'least',
      ]),
      (wrong) => trainer.fit({ epochs: 1, metrics: [wrong] }),
    ],
    'Trainer.evaluate': [
      (wrong) => trainer.evaluate(wrong),
      (wrong) => trainer.evaluate('test', wrong),
      (wrong) => trainer.evaluate('test', { metrics: wrong }),
      (wrong) => trainer.evaluate('test', { metrics: [wrong] }),
      (wrong) => trainer.evaluate({ metrics: wrong }),
      (wrong) => trainer.evaluate('test', { weights: wrong }),
    ],
    'Trainer.predict': [
      (wrong) => trainer.predict(wrong),
      ...options({ as: 'class', normalize: true }, (o) => trainer.predict(inputs, o), ['weights']),
      ...options(images, (o) => imageTrainer.predict(o), ['gather']),
    ],
    'Trainer.inference': options(
      { batch: 2, input: buffer, normalize: true, model: model() },
      (o) => trainer.inference(o),
      ['signal', 'weights'],
    ),
    'Trainer.encode': args([encoder(), 1], (...given) => trainer.encode(...given)),
    'Trainer.run': options({ budget: '4ms' }, async (o) => {
      trainer.run(o);
      await trainer.metrics();
    }),
    'Trainer.metrics': [() => trainer.metrics()],
    'Trainer.steps': [(wrong) => trainer.steps(wrong)],
    'Trainer.averages': [() => trainer.averages()],
    'Trainer.gradientNorm': [() => trainer.gradientNorm()],
    'Trainer.learningRate': [() => trainer.learningRate()],
    'Trainer.setLearningRate': [(wrong) => trainer.setLearningRate(wrong)],
    'Trainer.profile': [(wrong) => trainer.profile(wrong)],
    'Trainer.parameters': [() => trainer.parameters()],
    'Trainer.load': [
      (wrong) => trainer.load(wrong),
      (wrong) => trainer.load(new Map([['0.weight', wrong]])),
      (wrong) => trainer.load(new Map([['0.weight', { data: wrong }]])),
      (wrong) => trainer.load(new Map([[wrong, [1]]])),
    ],
    'Trainer.parameterBuffer': [(wrong) => trainer.parameterBuffer(wrong)],
    'Trainer.copyFrom': [
      ...args([inference, {}], (...given) => trainer.copyFrom(...given)),
      ...options({ names: ['0.weight'], mix: 0.5 }, (o) => trainer.copyFrom(inference, o)),
    ],
    'Trainer.snapshot': [() => trainer.snapshot()],
    'Trainer.resume': options(snapshot, (o) => trainer.resume(o)),
    'Trainer.goOn': options(snapshot, (o) => trainer.goOn(o)),
    'Trainer.setData': [
      (wrong) => trainer.setData(wrong),
      ...options(arrays, (o) => trainer.setData(o)),
      ...options({ inputs, labels }, (train) => trainer.setData({ ...arrays, train })),
    ],
    'Trainer.reset': [() => trainer.reset()],
    'Trainer.explain': options({ wgsl: true }, (o) => trainer.explain(o)),
    'Trainer.destroy': 'tested by test/train/destroy.gpu.test.ts',

    spreadOf: [(wrong) => engineApi.spreadOf(wrong), (wrong) => engineApi.spreadOf([1, wrong])],
    'Ensemble.create': [
      ...args([engine, { ...training(), runs: [{}] }], (...given) =>
        engineApi.Ensemble.create(given[0], given[1]),
      ),
      ...options({ ...training(), runs: [{}] }, (o) => engineApi.Ensemble.create(engine, o)),
      ...options({ seed: 1, optimizer: adam(), model: model(), loss: 'cross_entropy' }, (run) =>
        engineApi.Ensemble.create(engine, { ...training(), runs: [{}, run] } as Any),
      ),
    ],
    'Ensemble.fit': options({ epochs: 1 }, (o) => ensemble.fit(o), [
      'validate',
      'stop',
      'signal',
      'onEpoch',
    ]),
    'Ensemble.evaluate': [
      (wrong) => ensemble.evaluate(wrong),
      (wrong) => (ensemble as Any).evaluate('test', wrong),
    ],
    'Ensemble.predict': [
      (wrong) => ensemble.predict(wrong),
      ...options({ as: 'class', runs: [0] }, (o) => ensemble.predict(inputs, o)),
    ],
    'Ensemble.parameters': [
      (wrong) => ensemble.parameters(wrong),
      (wrong) => (ensemble as Any).parameters(0, wrong),
    ],
    'Ensemble.load': [
      (wrong) => ensemble.load(wrong, new Map()),
      (wrong) => ensemble.load(0, wrong),
      (wrong) => ensemble.load(0, new Map([['0.weight', wrong]])),
      (wrong) => (ensemble as Any).load(0, new Map(), wrong),
    ],
    'Ensemble.snapshot': [
      (wrong) => ensemble.snapshot(wrong),
      (wrong) => (ensemble as Any).snapshot(0, wrong),
    ],
    'Ensemble.resume': [
      (wrong) => ensemble.resume(wrong),
      (wrong) => ensemble.resume([wrong, wrong] as Any),
      (wrong) => (ensemble as Any).resume([], wrong),
    ],
    'Ensemble.stop': [(wrong) => ensemble.stop(wrong), (wrong) => (ensemble as Any).stop(0, wrong)],
    'Ensemble.explain': [(wrong) => (ensemble as Any).explain(wrong)],
    'Ensemble.destroy': 'tested by test/ensemble/ensemble.gpu.test.ts',

    'Inference.create': [
      ...args([engine, { model: model(), batch: 2 }], (...given) =>
        Inference.create(given[0], given[1]),
      ),
      ...options({ model: model(), batch: 2 }, (o) => Inference.create(engine, o), [
        'input',
        'weights',
        'normalize',
        'loss',
        'family',
        'signal',
      ]),
      ...options(
        { wgsl: 'fn valueAt(s: u32, c: u32) -> f32 { return 0.0; }' },
        (input) => Inference.create(engine, { model: model(), batch: 2, input } as Any),
        ['bindings'],
      ),
      (wrong) =>
        Inference.create(engine, {
          model: model(),
          batch: 2,
          input: {
            wgsl: '@group(0) @binding(0) var<storage> t: array<f32>; fn valueAt(s: u32, c: u32) -> f32 { return t[s]; }',
            bindings: { t: wrong },
          },
        }),
      (wrong) =>
        Inference.create(engine, {
          model: model(),
          batch: 2,
          weights: new Map(
            ['0.weight', '0.bias', '2.weight', '2.bias'].map((name) => [name, wrong]),
          ),
        }),
    ],
    'Inference.load': [
      (wrong) => inference.load(wrong),
      (wrong) => inference.load(new Map([['0.weight', wrong]])),
    ],
    'Inference.encode': [
      ...args([encoder(), buffer, buffer], (...given) => inference.encode(...given)),
      ...options({ normalize: true }, (o) => inference.encode(encoder(), buffer, buffer, o)),
    ],
    'Inference.predict': [
      (wrong) => inference.predict(wrong),
      ...options({ as: 'class', normalize: true }, (o) => inference.predict(inputs, o)),
    ],
    'Inference.copyFrom': [
      ...args([trainer, {}], (...given) => inference.copyFrom(...given)),
      ...options({ names: ['0.weight'], mix: 0.5 }, (o) => inference.copyFrom(trainer, o)),
    ],
    'Inference.explain': options({ wgsl: true }, (o) => inference.explain(o)),
    'Inference.destroy': 'tested by test/train/destroy.gpu.test.ts',

    GradweaveError: ERROR,
    OptionError: ERROR,
    ShapeError: ERROR,
    DataError: ERROR,
    AdapterError: ERROR,
    ShaderError: ERROR,
    NonFiniteError: ERROR,
    DeviceLostError: ERROR,
    MemoryError: ERROR,
    DeviceError: ERROR,
    DestroyedError: ERROR,
    BusyError: ERROR,

    RunLog: [
      ...args([trainer, { append: () => {} }], (...given) => new (log.RunLog as Any)(...given)),
      ...options({ append: () => {} }, (o) => new log.RunLog(trainer, o), [
        'append',
        'facts',
        'histograms',
        'images',
      ]),
    ],
    'RunLog.fit': options({ epochs: 1 }, (o) =>
      new log.RunLog(trainer, { append: () => {} }).fit(o as Any),
    ),
    'RunLog.end': [(wrong) => new log.RunLog(trainer, { append: () => {} }).end(wrong)],
    RunFiles: options({ append: () => {} }, (o) => new log.RunFiles(o), ['append', 'facts']),
    'RunFiles.add': [
      (wrong) => new log.RunFiles({ append: () => {} }).add(wrong),
      ...options({ type: 'start', time: 0, options: {} }, (o) =>
        new log.RunFiles({ append: () => {} }).add(o),
      ),
    ],

    checkpointOf: [
      (wrong) => checkpoint.checkpointOf(wrong),
      ...options(snapshot, (o) => checkpoint.checkpointOf(o)),
    ],
    restore: args([trainer, bytes], checkpoint.restore),
    weightsOf: [
      ...args([trainer, {}], checkpoint.weightsOf),
      (wrong) => checkpoint.weightsOf(trainer, { note: wrong }),
      ...options(snapshot, (o) => checkpoint.weightsOf(o)),
    ],
    saveModel: [
      ...args([trainer, {}], checkpoint.saveModel),
      ...options(snapshot, (o) => checkpoint.saveModel(o)),
      ...options(checkpoint.readModel(saved) as Any, (o) => checkpoint.saveModel(o), [
        'image',
        'normalize',
        'vocabulary',
        'loss',
        'classes',
        'training',
        'metadata',
      ]),
      ...options(
        { classes: ['a', 'b'], weights: 'last' },
        (o) => checkpoint.saveModel(trainer, o),
        ['image', 'normalize', 'vocabulary', 'loss', 'target', 'training', 'metadata'],
      ),
    ],
    readModel: [
      ...args([saved, {}], checkpoint.readModel as Any),
      ...options({}, (o) => checkpoint.readModel(saved, o), ['layers', 'maxBytes']),
      (wrong) => checkpoint.readModel(saved, { layers: { own: wrong } }),
    ],
    loadModel: [
      ...args([engine, saved, {}], checkpoint.loadModel as Any),
      ...options({}, (o) => checkpoint.loadModel(engine, saved, o), [
        'layers',
        'maxBytes',
        'family',
        'signal',
      ]),
    ],
    readWeights: [
      ...args([weights, model(), {}], checkpoint.readWeights as Any),
      ...options({}, (o) => checkpoint.readWeights(weights, model(), o), [
        'names',
        'unused',
        'skip',
        'rename',
      ]),
    ],

    FASHION_MNIST: VALUE,
    FASHION_MNIST_CLASSES: VALUE,
    FASHION_MNIST_DEVIATION: VALUE,
    FASHION_MNIST_FILES: VALUE,
    FASHION_MNIST_MEAN: VALUE,
    FASHION_MNIST_URLS: VALUE,
    loadFashionMnist: [
      (wrong) => data.loadFashionMnist(wrong),
      (wrong) =>
        data.loadFashionMnist({
          'train-images-idx3-ubyte': wrong,
          'train-labels-idx1-ubyte': wrong,
          't10k-images-idx3-ubyte': wrong,
          't10k-labels-idx1-ubyte': wrong,
        }),
    ],
    builtInGarments: options({ train: 1, test: 1, seed: 1 }, drawn),
    parseNpy: [(wrong) => data.parseNpy(wrong)],
    parseNpz: [
      ...args([NPZ, {}], data.parseNpz as Any),
      ...options({ maxBytes: 9 }, (o) => data.parseNpz(NPZ, o)),
    ],
    gunzip: [
      ...args([idx(0x1f, 0x8b), {}], data.gunzip),
      ...options({ maxBytes: 9 }, (o) => data.gunzip(idx(0x1f, 0x8b), o)),
    ],
    maybeGunzip: [
      ...args([idx(0x1f, 0x8b), {}], data.maybeGunzip),
      ...options({ maxBytes: 9 }, (o) => data.maybeGunzip(idx(1), o)),
    ],
    isGzip: [(wrong) => data.isGzip(wrong)],
    parseIdx: [(wrong) => data.parseIdx(wrong)],
    imagesFromIdx: [(wrong) => data.imagesFromIdx(wrong)],
    labelsFromIdx: [(wrong) => data.labelsFromIdx(wrong)],
    splitFromIdx: args([IDX_IMAGES, IDX_LABELS, 2], data.splitFromIdx),
    parseSafetensors: [(wrong) => data.parseSafetensors(wrong)],
    writeSafetensors: [
      ...args(
        [new Map([['x', { shape: [1], data: new Float32Array(1) }]]), {}],
        data.writeSafetensors,
      ),
      (wrong) => data.writeSafetensors(new Map([['x', wrong]])),
      (wrong) =>
        data.writeSafetensors(new Map([[wrong, { shape: [1], data: new Float32Array(1) }]])),
      ...options({ shape: [1], data: new Float32Array(1) }, (o) =>
        data.writeSafetensors(new Map([['x', o]])),
      ),
      (wrong) =>
        data.writeSafetensors(new Map([['x', { shape: [wrong], data: new Float32Array(1) }]])),
      (wrong) => data.writeSafetensors(new Map(), { note: wrong }),
    ],

    toOnnx: [
      (wrong) => onnx.toOnnx(wrong, weightsOf(model())),
      (wrong) => onnx.toOnnx(model(), wrong),
      (wrong) => onnx.toOnnx(model(), new Map([...weightsOf(model()), ['0.bias', wrong]])),
      ...options(
        {
          input: 'x',
          output: 'y',
          batch: 'N',
          bytes: true,
          normalize: [0, 1],
          classes: ['a'],
          metadata: {},
          exporters: {},
        },
        (o) => onnx.toOnnx(model(), weightsOf(model()), o),
        ['layout', 'probabilities'],
      ),
      (wrong) => onnx.toOnnx(odd(), new Map(), { exporters: { odd: wrong } }),
      ...args(['Neg', ['x'], {}], ((...given: Any) =>
        onnx.toOnnx(odd(), new Map(), {
          exporters: { odd: (w) => w.add(...(given as [Any, Any, Any])) },
        })) as Any),
      ...args([[1], [1]], ((...given: Any) =>
        onnx.toOnnx(odd(), new Map(), {
          exporters: { odd: (w) => w.floats(...(given as [Any, Any])) },
        })) as Any),
      (wrong) => onnx.toOnnx(odd(), new Map(), { exporters: { odd: (w) => w.integers(wrong) } }),
    ],
    fromOnnx: [
      (wrong) => onnx.fromOnnx(wrong),
      ...options({ inputShape: [2], layout: 'NHWC' }, (o) =>
        onnx.fromOnnx(onnx.toOnnx(model(), weightsOf(model())), o),
      ),
    ],
    Float: [(wrong) => new onnx.Float(wrong)],

    Graph: [() => new reference.Graph()],
    'Graph.add': args([labelsOp(), [], { batch: 1 }, 'x'], (...given) =>
      new reference.Graph().add(...(given as [Any, Any, Any, Any])),
    ),
    'Graph.nextDropoutLayer': [() => new reference.Graph().nextDropoutLayer()],
    exact: [(wrong) => reference.exact(wrong)],
    parameterLayout: args(
      [[2, 3], new Float32Array(6), 'into storage'],
      reference.parameterLayout as Any,
    ),
    input: args([new reference.Graph(), 'x', [2]], reference.input),
    parameter: args([new reference.Graph(), 'x', [2]], reference.parameter),
    referenceOutputs: [
      (wrong) => reference.referenceOutputs(wrong, { parameters: new Map(), images } as Any),
      ...options(
        {
          parameters: new Map(),
          images: { images: new Uint8Array(4), count: 1, height: 2, width: 2 },
        },
        (o) => reference.referenceOutputs(new Sequential([4], [relu()]), o),
        ['normalize', 'inputs', 'count'],
      ),
    ],
    runReference: [
      ...args([[node()], world], reference.runReference as Any),
      (wrong) => reference.runReference([wrong], world as Any),
      ...options(world, (o) => reference.runReference([node()], o), ['rate']),
    ],
    scheduleFactor: args([engineApi.warmup(3), 1], reference.scheduleFactor as Any),
    references: "ops' own functions, which runReference calls with nodes and values",
    ...opsCalls(engine),
  };
}

/** Names of what can be called: exports, and the methods of classes that are exported. */
function publicNames(): string[] {
  const modules: Record<string, unknown>[] = [
    ...[engineApi, checkpoint, data, reference, verify, onnx, log],
  ];
  const inOps = Object.keys(ops)
    .filter((name) => name !== 'Graph')
    .map((name) => `ops.${name}`);
  const others = modules.flatMap((module) =>
    Object.entries(module).flatMap(([name, value]) => {
      if (typeof value !== 'function' || value.prototype === undefined) return [name];
      if (value.prototype instanceof Error) return [name];
      const own = (of: object, skipped: readonly string[]) =>
        Object.entries(Object.getOwnPropertyDescriptors(of))
          .filter(
            ([key, { value: member }]) => typeof member === 'function' && !skipped.includes(key),
          )
          .map(([key]) => `${name}.${key}`);
      const methods = [...own(value.prototype, ['constructor']), ...own(value, [])];
      // A class whose instances are made by `create`.
      return methods.includes(`${name}.create`) ? methods : [name, ...methods];
    }),
  );
  return [...others, ...inOps];
}

/** What is wrong with how a call ended; undefined if nothing is. */
async function faultOf(call: Call, wrong: unknown): Promise<string | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise((resolve) => {
    timer = setTimeout(() => resolve('late'), 20_000);
  });
  try {
    const made: Any = await Promise.race([late, (async () => call(wrong))()]);
    if (made === 'late') return 'hangs';
    // What was understood.
    if (made instanceof Engine && made.device !== shared) made.destroy();
    if ([Trainer, Inference, engineApi.Ensemble, LoadedModel].some((kind) => made instanceof kind))
      made.destroy();
    return undefined;
  } catch (error) {
    // A class that is called as a function: the caller's own code throws.
    if (/^Class constructor/.test((error as Error)?.message)) return undefined;
    if (!(error instanceof GradweaveError)) {
      return `${error instanceof Error ? `${error.stack?.split('\n').slice(0, 3).join(' ')}` : String(error)}`;
    }
    const { message } = error;
    return message.length < 600
      ? undefined
      : `a message of ${message.length}: ${message.slice(0, 80)}`;
  } finally {
    clearTimeout(timer);
  }
}

let shared: GPUDevice | undefined;

/** @param open a device of its own by default, which wrong values may harm */
async function withScene(
  work: (scene: Scene) => Promise<void>,
  open = () => Engine.create(QUICK),
): Promise<void> {
  const engine = await open();
  shared = engine.device;
  try {
    await checked(engine, async () => {
      const trainer = await Trainer.create(engine, training() as Any);
      const ensemble = await engineApi.Ensemble.create(engine, {
        ...training(),
        runs: [{}, { seed: 1 }],
      } as Any);
      const imageTrainer = await Trainer.create(engine, {
        ...training(),
        model: new Sequential([2, 2], [engineApi.flatten(), linear(4, 2)]),
        dataset: garments,
      } as Any);
      const inference = await Inference.create(engine, { model: model(), batch: 64 });
      const buffer = engine.device.createBuffer({ size: 1024, usage: 0x80 | 0x8 | 0x4 });
      await work({
        engine,
        trainer,
        ensemble,
        imageTrainer,
        inference,
        buffer,
        encoder: () => engine.device.createCommandEncoder(),
        snapshot: await trainer.snapshot(),
        bytes: await checkpoint.checkpointOf(trainer as Any),
        weights: await checkpoint.weightsOf(trainer as Any),
        saved: await checkpoint.saveModel(trainer as Any),
      });
      for (const made of [trainer, ensemble, imageTrainer, inference]) made.destroy();
      buffer.destroy();
    });
  } finally {
    engine.destroy();
  }
}

test('everything public is in the table of calls, and nothing else', () =>
  withScene(async (scene) => {
    const known = Object.keys(table(scene)).sort();
    assert.equal(known, [...new Set(publicNames())].sort());
  }, anotherEngine));

test('whatever is given, what comes out is an error of ours that is short, nothing hangs, and the engine goes on', () =>
  withScene(async (scene) => {
    const faults: string[] = [];
    let tried = 0;
    for (const [name, calls] of Object.entries(table(scene))) {
      if (typeof calls === 'string') continue;
      for (const [at, call] of calls.entries()) {
        // Each call gets a third of the values, another one than the call before.
        const some = thoroughly([...wrongValues()], (_, i) => i % 3 === (at + calls.length) % 3);
        for (const [what, wrong] of some) {
          if (COUNTS.has(wrong) && /fit|steps|profile|encode/.test(name)) continue;
          tried++;
          const fault = await faultOf(call, wrong);
          if (fault !== undefined) faults.push(`${name} #${at}, ${what}: ${fault}`);
        }
      }
    }
    assert.ok(tried > (THOROUGH ? 5000 : 1600), `${tried} calls`);
    assert.equal(faults.slice(0, 60), [], `${faults.length} of ${tried} calls`);
    const { trainer, engine } = scene;
    trainer.reset();
    const [record] = await trainer.fit({ epochs: 1 });
    const again = await Trainer.create(engine, training() as Any);
    const [other] = await again.fit({ epochs: 1 });
    assert.is(record.train.loss, other.train.loss);
    again.destroy();
  }));

test.run();
