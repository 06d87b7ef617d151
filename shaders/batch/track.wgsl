// The running statistics of a batch norm, after a batch of N rows:
//   running ← (1 − m) · running + m · (mean, variance · N / (N − 1)),  m = MOMENTUM; if that is below 0, 1 / batches so far
// One workgroup, so that a barrier can separate the reads of the number of batches from its write.

override MOMENTUM: f32;
override SAMPLE_ROWS: u32;
override COLUMN4_COUNT: u32;

@group(0) @binding(0) var<storage, read> statistics: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> runningMean: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> runningVariance: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> batchesTracked: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) lane: u32) {
  let batches = batchesTracked[0].x + 1.0;
  workgroupBarrier();
  if (lane == 0u) {
    batchesTracked[0].x = batches;
  }
  let rows = f32(clock.count * SAMPLE_ROWS);
  // The variance of one row is 0, and has no unbiased estimate.
  let unbiased = rows / max(rows - 1.0, 1.0);
  let share = select(MOMENTUM, 1.0 / batches, MOMENTUM < 0.0);
  for (var i = lane; i < COLUMN4_COUNT; i += 64u) {
    runningMean[i] = (1.0 - share) * runningMean[i] + share * statistics[i];
    let variance = statistics[COLUMN4_COUNT + i] * unbiased;
    runningVariance[i] = (1.0 - share) * runningVariance[i] + share * variance;
  }
}
