/**
 * The files to mutate, and the tests that must fail. Each part takes minutes. Parts with `gpu` are tested on the
 * GPU in Node, with the package `webgpu`.
 *
 * @type {Readonly<Record<string, { files: readonly string[], tests: readonly string[], gpu?: true }>>}
 */
export const PARTS = {
  idx: { files: ['src/data/idx.ts'], tests: ['data/idx'] },
  safetensors: {
    files: [
      'src/data/safetensors.ts',
      'src/data/safetensors-entry.ts',
      'src/data/safetensors-write.ts',
      'src/data/dtype.ts',
      'src/data/strict-json.ts',
    ],
    tests: ['data/safetensors', 'train/weight-names'],
  },
  gzip: { files: ['src/data/gzip.ts'], tests: ['data/gzip'] },
  'fashion-mnist': { files: ['src/data/fashion-mnist.ts'], tests: ['data/fashion-mnist'] },
  arrays: {
    files: ['src/data/arrays.ts', 'src/data/rows.ts', 'src/data/holdout.ts', 'src/data/labels.ts'],
    tests: ['data/arrays', 'data/labels'],
  },
  check: { files: ['src/check.ts'], tests: ['check/check', 'check/values'] },
  run: {
    files: [
      'src/train/order.ts',
      'src/train/pace.ts',
      'src/train/frame-budget.ts',
      'src/train/stop.ts',
      'src/train/clock.ts',
    ],
    tests: ['train/order', 'train/pace', 'train/frame-budget', 'train/stop', 'train/clock'],
  },
  layers: {
    files: [
      'src/nn/layers/layer.ts',
      'src/nn/layers/linear.ts',
      'src/nn/layers/activations.ts',
      'src/nn/layers/parameters.ts',
      'src/nn/layers/rows.ts',
      'src/nn/layers/sequential.ts',
      'src/nn/model.ts',
      'src/nn/functional.ts',
      'src/nn/initial.ts',
      'src/nn/optimizers.ts',
      'src/nn/losses.ts',
      'src/nn/mlp.ts',
      'src/nn/state.ts',
    ],
    tests: ['nn/layers', 'nn/models', 'nn/optimizers', 'nn/wrong'],
  },
  link: {
    files: ['src/gpu/link.ts', 'src/gpu/names.ts', 'src/gpu/sizes.ts'],
    tests: ['gpu/link', 'gpu/sizes'],
  },
  tensor: {
    files: ['src/graph/tensor.ts', 'src/graph/store-layout.ts'],
    tests: ['graph/tensor', 'graph/store-layout'],
  },
  names: { files: ['src/train/weight-names.ts'], tests: ['train/weight-names'] },
  weights: {
    files: ['src/train/weights.ts'],
    tests: ['train/weight-names', 'train/weights.gpu', 'train/pytorch.gpu'],
    gpu: true,
  },
  checkpoint: {
    files: ['src/train/checkpoint.ts', 'src/train/config.ts', 'src/train/snapshot.ts'],
    tests: ['train/checkpoint.gpu', 'train/pytorch.gpu'],
    gpu: true,
  },
  options: {
    files: ['src/train/options.ts', 'src/train/fit-options.ts'],
    tests: ['train/options.gpu', 'train/tensors.gpu', 'train/trainer.gpu'],
    gpu: true,
  },
  given: {
    files: ['src/gpu/given.ts', 'src/gpu/given-function.ts'],
    tests: ['infer/inference.gpu', 'train/tensors.gpu'],
    gpu: true,
  },
  fit: {
    files: ['src/train/keeper.ts', 'src/train/progress.ts'],
    tests: ['train/trainer.gpu', 'train/loop.gpu', 'train/renew.gpu', 'train/checkpoint.gpu'],
    gpu: true,
  },
};
