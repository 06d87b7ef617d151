// The tick: ends a step and prepares the next one, so that the CPU need not write anything between
// steps.
//   closeStep()          adds the finished step's loss and hits (linked: step/close)
//   clock.step += 1      a run starts one step before its first, with a step without rows
//   epoch, batch, count  by division; the last batch may be partial
//   rows                 ROWS_EACH rows of the outputs for each sample: its positions, or 1
//   prepare(step)        the optimizer's numbers for the step, such as Adam's bias corrections (linked)
//   indices[row]         the sample in each row (linked: order/*)
// All lanes of one workgroup call it, at least 64. Its memory is linked: step/ticking if the tick is a dispatch of
// its own, tiled/ticking if it is a workgroup of another one.

override ROWS_EACH: u32;
// The lanes that compute the order: all, or those that add no losses.
override ORDER_FROM: u32;
override ORDER_LANES: u32;

fn tick(lane: u32) {
  beginTick();
  let step = ticking.step + 1u;
  let batches = ticking.batches;
  let samples = ticking.samples;
  let epoch = ticking.originEpoch + (step - ticking.originStep) / batches;
  let batch = (step - ticking.originStep) % batches;
  let first = batch * BATCH;
  if (lane >= ORDER_FROM) {
    for (var row = lane - ORDER_FROM; row < BATCH; row += ORDER_LANES) {
      // Rows beyond the end of a partial batch have some valid sample; their loss and gradient are 0.
      let position = min(first + row, samples - 1u);
      putIndex(row, sampleAt(position, step, row, epoch, samples, ticking.sideA, ticking.sideB, ticking.seed));
    }
  }
  // Its barrier separates these reads from the writes below.
  closeStep(lane, ticking.step, ticking.epoch, ticking.batch, ticking.rows);
  if (lane == 0u) {
    ticking.step = step;
    ticking.epoch = epoch;
    ticking.batch = batch;
    let count = min(BATCH, samples - first);
    ticking.count = count;
    ticking.rows = count * ROWS_EACH;
    prepare(step);
    endTick();
  }
}
