// closeStep for the tick: adds the rows' losses and hits in a fixed order (64 strided sums,
// then these in order), stores the step's record, and adds it to the epoch's record.
//   steps[step % STEP_RING]    = (Σ loss, hits, rows, step)
//   epochs[epoch % EPOCH_RING] += the same; the epoch's first batch starts from zero
// The top bit of the hits is set if a row's label is not a class, see metrics/hit.
// The epoch's loss is a compensated sum (Kahan 1965): its error does not grow with the steps.

override STEP_RING: u32;
override EPOCH_RING: u32;

struct StepRecord {
  loss: f32,
  hits: u32,
  count: u32,
  step: u32,
}

struct EpochRecord {
  loss: f32,
  lost: f32, // the rounding error of `loss` so far
  hits: u32,
  count: u32,
}

@group(0) @binding(0) var<storage, read> rowLosses: array<f32>;
@group(0) @binding(1) var<storage, read_write> steps: array<StepRecord>;
@group(0) @binding(2) var<storage, read_write> epochs: array<EpochRecord>;

/// Each lane's loss and hits. In storage, because SwiftShader takes long to compile loads from
/// workgroup memory.
@group(0) @binding(3) var<storage, read_write> laneSums: array<vec2u>;

/// Adds hits, and keeps the top bit if either has it.
fn addHits(a: u32, b: u32) -> u32 {
  return ((a + b) & 0x7fffffffu) | ((a | b) & 0x80000000u);
}

fn closeStep(lane: u32, step: u32, epoch: u32, batch: u32, count: u32) {
  var loss = 0.0;
  var hits = 0u;
  for (var row = lane; row < count; row += 64u) {
    loss += rowLosses[row];
    hits = addHits(hits, hitOfRow(row));
  }
  laneSums[lane] = vec2u(bitcast<u32>(loss), hits);
  storageBarrier();
  if (lane == 0u) {
    for (var i = 1u; i < 64u; i++) {
      let sums = laneSums[i];
      loss += bitcast<f32>(sums.x);
      hits = addHits(hits, sums.y);
    }
    steps[step % STEP_RING] = StepRecord(loss, hits, count, step);
    var record = epochs[epoch % EPOCH_RING];
    if (batch == 0u) {
      record = EpochRecord(0.0, 0.0, 0u, 0u);
    }
    let addend = loss - record.lost;
    let sum = record.loss + addend;
    record.lost = (sum - record.loss) - addend;
    record.loss = sum;
    record.hits = addHits(record.hits, hits);
    record.count += count;
    epochs[epoch % EPOCH_RING] = record;
  }
}
