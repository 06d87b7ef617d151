// The tick as the first workgroup of tiled/updates. The other workgroups read the step's own clock and indices, which
// tiled/copy_step has copied before, so that the tick can write the next ones meanwhile.
//   state = (clock, records, indices), as src/train/session-buffers.ts lays them out

override LOSSES_AT: u32; // in vec4 of the step’s tensors

struct State {
  @size(256) clock: Clock,
  records: array<Record, 4160>, // STEP_RING + EPOCH_RING
  indices: array<u32>,
}

@group(0) @binding(0) var<storage, read_write> state: State;

const TICKS = 1u;

var<private> ticking: Clock;

fn closing(lane: u32) {
  tick(lane);
}

// Member by member, because wgsl_reflect 1.6, which looks for races, cannot copy a part of a larger struct.
fn beginTick() {
  ticking.seed = state.clock.seed;
  ticking.step = state.clock.step;
  ticking.epoch = state.clock.epoch;
  ticking.batch = state.clock.batch;
  ticking.rows = state.clock.rows;
  ticking.samples = state.clock.samples;
  ticking.batches = state.clock.batches;
  ticking.sideA = state.clock.sideA;
  ticking.sideB = state.clock.sideB;
  ticking.originStep = state.clock.originStep;
  ticking.originEpoch = state.clock.originEpoch;
  ticking.learningRate = state.clock.learningRate;
  ticking.baseRate = state.clock.baseRate;
  for (var i = 0u; i < 16u; i++) {
    ticking.optimizer[i] = state.clock.optimizer[i];
  }
}

/// Writes what the tick and `prepare` change.
fn endTick() {
  state.clock.step = ticking.step;
  state.clock.epoch = ticking.epoch;
  state.clock.batch = ticking.batch;
  state.clock.count = ticking.count;
  state.clock.rows = ticking.rows;
  state.clock.learningRate = ticking.learningRate;
  for (var i = 0u; i < 16u; i++) {
    state.clock.optimizer[i] = ticking.optimizer[i];
  }
}

fn putIndex(row: u32, sample: u32) {
  state.indices[row] = sample;
}

fn lossAt(row: u32) -> f32 {
  return bitcast<f32>(stored[LOSSES_AT + row / 4u][row % 4u]);
}

fn recordAt(at: u32) -> Record {
  return state.records[at];
}

fn putRecord(at: u32, record: Record) {
  state.records[at] = record;
}

fn putLane(lane: u32, loss: f32, hits: u32) {
  shares[lane] = vec4u(bitcast<u32>(loss), hits, 0u, 0u);
}

fn laneAt(lane: u32) -> vec2u {
  return shares[lane].xy;
}

fn awaitLanes() {
  workgroupBarrier();
}
