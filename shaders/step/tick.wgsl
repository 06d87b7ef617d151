// The tick: ends a step and prepares the next one, so that the CPU need not write anything between
// steps.
//   closeStep()          adds the finished step's loss and hits (linked: step/close)
//   clock.step += 1      a run starts one step before its first, with a step without rows
//   epoch, batch, count  by division; the last batch may be partial
//   rows                 ROWS_EACH rows of the outputs for each sample: its positions, or 1
//   prepare(step)        the optimizer's numbers for the step, such as Adam's bias corrections (linked)
//   indices[row]         the sample in each row (linked: order/*)
// Dispatched as one workgroup of 64, so that a barrier can separate the reads of the old step from the
// writes of the new one.

override ROWS_EACH: u32;

@group(0) @binding(0) var<storage, read_write> ticking: Clock;
@group(0) @binding(1) var<storage, read_write> nextIndices: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) lane: u32) {
  let step = ticking.step + 1u;
  // Its barrier separates these reads from the writes below.
  closeStep(lane, ticking.step, ticking.epoch, ticking.batch, ticking.rows);
  let batches = ticking.batches;
  let samples = ticking.samples;
  let epoch = ticking.originEpoch + (step - ticking.originStep) / batches;
  let batch = (step - ticking.originStep) % batches;
  let first = batch * BATCH;
  if (lane == 0u) {
    ticking.step = step;
    ticking.epoch = epoch;
    ticking.batch = batch;
    let count = min(BATCH, samples - first);
    ticking.count = count;
    ticking.rows = count * ROWS_EACH;
    prepare(step);
  }
  for (var row = lane; row < BATCH; row += 64u) {
    // Rows beyond the end of a partial batch have some valid sample; their loss and gradient are 0.
    let position = min(first + row, samples - 1u);
    nextIndices[row] = sampleAt(position, step, row, epoch, samples, ticking.sideA, ticking.sideB, ticking.seed);
  }
}
