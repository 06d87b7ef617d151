// The clock: the step number and the hyper-parameters, for all kernels. The CPU writes it before a run;
// only step/tick.wgsl advances it, on the GPU. src/train/clock.ts has the same layout.

struct Clock {
  seed: vec2u,
  step: u32,         // steps done before this one
  epoch: u32,        // originEpoch + (step − originStep) / batches
  batch: u32,        // (step − originStep) % batches: the batch's place in its epoch
  count: u32,        // valid rows of this batch; below BATCH only in a last, partial batch
  samples: u32,      // of the data set
  batches: u32,      // batches of an epoch: ⌈samples / BATCH⌉
  sideA: u32,        // sides of the shuffle's domain, see random/permute.wgsl
  sideB: u32,
  learningRate: f32,
  weightDecay: f32,  // added to the gradient as weightDecay·w (SGD, Adam)
  decoupledDecay: f32, // w is first scaled by 1 − learningRate·decoupledDecay (AdamW)
  momentum: f32,     // SGD's momentum
  dampening: f32,
  nesterov: f32,     // 0 or 1
  rate1: f32,        // 1 − β1, rounded once from float64
  rate2: f32,        // 1 − β2
  beta2: f32,
  logBeta1: f32,     // ln β1, rounded once from float64
  logBeta2: f32,
  epsilon: f32,
  stepSize: f32,     // of this step: learningRate / (1 − β1^t), t = step + 1
  rootScale: f32,    // of this step: 1 / √(1 − β2^t)
  originStep: u32,   // the first step with this number of samples,
  originEpoch: u32,  // and its epoch; not 0 if the data set changed
}
