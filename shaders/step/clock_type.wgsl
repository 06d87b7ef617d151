// The clock: the step number and the hyper-parameters, for all kernels. The CPU writes it before a run;
// only step/tick.wgsl advances it, on the GPU. src/train/clock.ts has the same layout.

struct Clock {
  seed: vec2u,
  step: u32,         // steps done before this one
  epoch: u32,        // originEpoch + (step − originStep) / batches
  batch: u32,        // (step − originStep) % batches: the batch's place in its epoch
  count: u32,        // valid rows of this batch; below BATCH only in a last, partial batch
  rows: u32,         // valid rows of the outputs: count times the rows of a sample
  samples: u32,      // of the data set
  batches: u32,      // batches of an epoch: ⌈samples / BATCH⌉
  sideA: u32,        // sides of the shuffle's domain, see random/permute.wgsl
  sideB: u32,
  originStep: u32,   // the first step with this number of samples,
  originEpoch: u32,  // and its epoch; not 0 if the data set changed
  learningRate: f32, // of this step: the schedule's factor times baseRate
  optimizer: array<f32, 16>, // the optimizer's own numbers, in the order of its file under src/nn/optimizers
  baseRate: f32,     // the optimizer's learning rate
}
