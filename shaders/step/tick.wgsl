// The tick: ends a step and prepares the next one, so that the CPU need not write anything between
// steps.
//   closeStep()          adds the finished step's loss and hits (linked: step/close)
//   clock.step += 1      a run starts one step before its first, with a step without rows
//   epoch, batch, count  by division; the last batch may be partial
//   stepSize, rootScale  Adam's bias correction (Kingma and Ba 2015, algorithm 1) for t = step + 1
//   indices[row]         the sample in each row (linked: order/*)
// Dispatched as one workgroup of 64, so that a barrier can separate the reads of the old step from the
// writes of the new one.

@group(0) @binding(0) var<storage, read_write> ticking: Clock;
@group(0) @binding(1) var<storage, read_write> nextIndices: array<u32>;

/// 1 − e^x for x ≤ 0 without cancellation: near 0 a Taylor series, whose first dropped term is
/// below 2⁻²⁵ of the sum for |x| < 0.5; elsewhere 1 − e^x loses at most one bit. The direct
/// 1 − pow(0.999, t) has an error of 1e-5 at the first steps.
fn oneMinusExp(x: vec2f) -> vec2f {
  var sum = vec2f(1.0);
  for (var n = 9.0; n > 1.5; n -= 1.0) {
    sum = 1.0 + sum * x / n;
  }
  return select(1.0 - exp(x), -x * sum, x > vec2f(-0.5));
}

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) lane: u32) {
  let step = ticking.step + 1u;
  // Its barrier separates these reads from the writes below.
  closeStep(lane, ticking.step, ticking.epoch, ticking.batch, ticking.count);
  let batches = ticking.batches;
  let samples = ticking.samples;
  let epoch = ticking.originEpoch + (step - ticking.originStep) / batches;
  let batch = (step - ticking.originStep) % batches;
  let first = batch * BATCH;
  if (lane == 0u) {
    let t = f32(step) + 1.0;
    ticking.step = step;
    ticking.epoch = epoch;
    ticking.batch = batch;
    ticking.count = min(BATCH, samples - first);
    let corrections = oneMinusExp(t * vec2f(ticking.logBeta1, ticking.logBeta2));
    ticking.stepSize = ticking.learningRate / corrections.x;
    ticking.rootScale = inverseSqrt(corrections.y);
  }
  for (var row = lane; row < BATCH; row += 64u) {
    // Rows beyond the end of a partial batch have some valid sample; their loss and gradient are 0.
    let position = min(first + row, samples - 1u);
    nextIndices[row] = sampleAt(position, step, row, epoch, samples, ticking.sideA, ticking.sideB, ticking.seed);
  }
}
