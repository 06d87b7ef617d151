import type { NetworkResult, SavedBench, StepResult } from '../../src/bench/results.ts';
import { timingOf } from '../../src/bench/stopwatch.ts';

const learned = { steps: 20, accuracy: 0.7 };
const counts = { dispatches: 10, submits: 0.5, writes: 0, maps: 0, bindGroups: 0, buffers: 0 };

export function fakeStep(contender: string, kind: StepResult['kind'], ms: number): StepResult {
  return {
    contender,
    kind,
    loss: 'cross_entropy',
    optimizer: 'adam',
    time: timingOf([ms, ms * 0.9, ms * 1.1]),
    samplesPerSecond: 1e5 / ms,
    shareOfPeak: 1 / ms,
    firstStep: 100,
    counts: kind === 'program' ? null : counts,
    gpuBytes: kind === 'program' ? null : 57e6,
    learned: { steps: 600, accuracy: 0.84 },
    ...(kind === 'ours' ? { encode: { ours: 0.5, withWebGpu: 3 } } : {}),
  };
}

/** A network with made-up figures. */
function fakeNetwork(): NetworkResult {
  const sizes = { layout: 'NN', m: 64, n: 48, k: 16 } as const;
  const time = timingOf([3]);
  return {
    ...{ network: 'cnn', title: 'CNN | small', batch: 100, optimizer: 'adam', bound: 1.73 },
    ...{ parameters: 1234, flop: 2.5e9 },
    steps: [
      { ...fakeStep('gradweave fused quad', 'ours', 40), learned: { ...learned, loss: 0.51 } },
      { ...fakeStep('TF.js webgpu', 'peer', 480), learned: { ...learned, loss: 0.62 } },
    ],
    notes: ['TF.js wasm: it lacks <something>'],
    loop: { family: 'quad', steps: 20, counts: { ...counts, submits: 1 }, bytes: [5e6, 5e6] },
    profiled: { products: 8, all: 10, share: 0.75 },
    products: [
      {
        what: 'convolution, forward',
        products: [{ ...sizes, flop: 100, plainFlop: 100, plain: time }],
        ...{ count: 2, time: timingOf([4]), share: 0.75 },
      },
    ],
  };
}

/** A run with made-up figures, for tests alone. */
export function fakeBench(changes: Partial<SavedBench> = {}): SavedBench {
  return {
    date: '2001-02-03T04:05:06.000Z',
    adapter: {
      vendor: 'google',
      architecture: 'swiftshader',
      device: '0x0000',
      description: 'SwiftShader Device',
      software: true,
      driver: 'a | driver',
    },
    families: ['quad', 'portable'],
    runtime: 'browser',
    dataset: { name: 'Fashion-MNIST', synthetic: false },
    rounds: 3,
    peak: { before: 80, after: 81 },
    peers: [{ name: 'jax-js webgpu', version: '0.1.25' }],
    steps: [
      fakeStep('gradweave fused quad', 'ours', 4),
      fakeStep('gradweave fused portable', 'ours', 8),
      fakeStep('jax-js webgpu', 'peer', 24),
      fakeStep('PyTorch CPU, 1 thread', 'program', 10),
    ],
    networks: [fakeNetwork()],
    epochs: [
      {
        family: 'quad',
        steps: 600,
        time: timingOf([2500, 2600]),
        shareOfPeak: 0.125,
        loop: { ...counts, dispatches: 6000, submits: 60 },
        end: { ...counts, dispatches: 0, submits: 1, maps: 1 },
      },
    ],
    gemm: [
      {
        contender: 'gradweave quad',
        layout: 'NN',
        n: 256,
        time: timingOf([3]),
        gflops: 11.2,
        shareOfPeak: 0.14,
      },
    ],
    repeat: [{ family: 'quad', steps: 200, hashes: ['00ff', '00ff'] }],
    scaling: [
      {
        family: 'quad',
        widths: [
          { width: 512, flop: 1e8, time: timingOf([10]) },
          { width: 2048, flop: 1e9, time: timingOf([90]) },
        ],
        ratio: 0.9,
      },
    ],
    heapBytes: 1e8,
    cold: [
      {
        contender: 'gradweave portable',
        samples: [{ contender: 'gradweave portable', total: 800 }],
      },
    ],
    browser: 'Chrome/156',
    system: { os: 'Linux 6', cpu: 'A CPU', cores: 2 },
    commit: '1a2b3c4',
    command: 'gradweave bench --save',
    ...changes,
  };
}
