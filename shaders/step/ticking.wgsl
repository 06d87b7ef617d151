// The memory of the tick if it is a dispatch of its own, see step/tick_alone.

@group(0) @binding(0) var<storage, read_write> ticking: Clock;
@group(0) @binding(1) var<storage, read_write> nextIndices: array<u32>;
@group(0) @binding(2) var<storage, read> rowLosses: array<f32>;
@group(0) @binding(3) var<storage, read_write> records: array<Record>;

/// Each lane's loss and hits. In storage, because SwiftShader takes long to compile loads from
/// workgroup memory.
@group(0) @binding(4) var<storage, read_write> laneSums: array<vec2u>;

fn beginTick() {
}

fn endTick() {
}

fn putIndex(row: u32, sample: u32) {
  nextIndices[row] = sample;
}

fn lossAt(row: u32) -> f32 {
  return rowLosses[row];
}

fn recordAt(at: u32) -> Record {
  return records[at];
}

fn putRecord(at: u32, record: Record) {
  records[at] = record;
}

fn putLane(lane: u32, loss: f32, hits: u32) {
  laneSums[lane] = vec2u(bitcast<u32>(loss), hits);
}

fn laneAt(lane: u32) -> vec2u {
  return laneSums[lane];
}

fn awaitLanes() {
  storageBarrier();
}
