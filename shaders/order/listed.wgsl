// sampleAt: an order given by the caller, listed[steps · BATCH], to replay somebody else's run.

@group(0) @binding(0) var<storage, read> listed: array<u32>;

fn sampleAt(position: u32, step: u32, row: u32, epoch: u32, samples: u32, a: u32, b: u32, seed: vec2u) -> u32 {
  // One tick follows the last step: its row is beyond the list and never used.
  return listed[min(step * BATCH + row, arrayLength(&listed) - 1u)];
}
