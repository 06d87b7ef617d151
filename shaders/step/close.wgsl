// closeStep for the tick: adds the rows' losses and hits in a fixed order (64 strided sums,
// then these in order), stores the step's record, and adds it to the epoch's record.
//   records[step % STEP_RING]                = (Σ loss, Σ weight, hits, rows)
//   records[STEP_RING + epoch % EPOCH_RING] += the same; the epoch's first batch starts from zero
// The top bit of the hits is set if a row's label is not a class, see metrics/hit. Which rows count with what weight is
// linked: step/equal_rows or step/weighed_rows.
// The epoch's loss and weight are compensated sums (Kahan 1965): their errors do not grow with the steps.

override STEP_RING: u32;
override EPOCH_RING: u32;

struct Record {
  loss: vec2f,   // Σ of the rows' losses times their weights, and its rounding error so far
  weight: vec2f, // what the mean loss divides by: Σ of the weights of the rows that count, and its rounding error
  hits: u32,
  count: u32,    // rows that count
}

/// Adds hits, and keeps the top bit if either has it.
fn addHits(a: u32, b: u32) -> u32 {
  return ((a + b) & 0x7fffffffu) | ((a | b) & 0x80000000u);
}

/// A sum and its rounding error, with another addend.
fn added(sum: vec2f, value: f32) -> vec2f {
  let addend = value - sum.y;
  let total = sum.x + addend;
  return vec2f(total, (total - sum.x) - addend);
}

fn closeStep(lane: u32, step: u32, epoch: u32, batch: u32, count: u32) {
  let at = STEP_RING + epoch % EPOCH_RING;
  var record = recordAt(at);
  var loss = 0.0;
  var hits = 0u;
  if (lane < 64u) {
    for (var row = lane; row < count; row += 64u) {
      loss += lossAt(row);
      hits = addHits(hits, hitOfRow(row));
    }
    putLane(lane, loss, hits);
  }
  awaitLanes();
  if (lane == 0u) {
    for (var i = 1u; i < 64u; i++) {
      let sums = laneAt(i);
      loss += bitcast<f32>(sums.x);
      hits = addHits(hits, sums.y);
    }
    let totals = batchTotals(count);
    let own = Record(vec2f(loss * totals.z, 0.0), vec2f(totals.x, 0.0), hits, u32(totals.y));
    putRecord(step % STEP_RING, own);
    if (batch == 0u) {
      record = Record();
    }
    putRecord(
      at,
      Record(
        added(record.loss, own.loss.x),
        added(record.weight, own.weight.x),
        addHits(record.hits, hits),
        record.count + own.count
      )
    );
  }
}
