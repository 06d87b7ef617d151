// closeStep for the tick that ends a step: adds up the rows' losses and hits in a fixed order (64
// strided sums, then those in turn), keeps the step's record and adds it to its epoch's.
//   steps[step % STEP_RING]    = (Σ loss, hits, rows, step)
//   epochs[epoch % EPOCH_RING] += the same; started from zero by the epoch's first batch
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
  lost: f32, // what rounding took from `loss` so far
  hits: u32,
  count: u32,
}

@group(0) @binding(0) var<storage, read> rowLosses: array<f32>;
@group(0) @binding(1) var<storage, read_write> steps: array<StepRecord>;
@group(0) @binding(2) var<storage, read_write> epochs: array<EpochRecord>;

var<workgroup> partialLoss: array<f32, 64>;
var<workgroup> partialHits: array<u32, 64>;

fn closeStep(lane: u32, step: u32, epoch: u32, batch: u32, count: u32) -> u32 {
  var loss = 0.0;
  var hits = 0u;
  for (var row = lane; row < count; row += 64u) {
    loss += rowLosses[row];
    hits += hitOfRow(row);
  }
  partialLoss[lane] = loss;
  partialHits[lane] = hits;
  workgroupBarrier();
  if (lane == 0u) {
    for (var i = 1u; i < 64u; i++) {
      loss += partialLoss[i];
      hits += partialHits[i];
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
    record.hits += hits;
    record.count += count;
    epochs[epoch % EPOCH_RING] = record;
  }
  return 1u;
}
