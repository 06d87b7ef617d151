// sampleAt: an order that the caller gives, listed[steps · BATCH], to replay another program's run.

@group(0) @binding(0) var<storage, read> listed: array<u32>;

fn sampleAt(position: u32, step: u32, row: u32, epoch: u32, samples: u32, a: u32, b: u32, seed: vec2u) -> u32 {
  // The tick after the last step reads beyond the list; its result is not used.
  return listed[min(step * BATCH + row, arrayLength(&listed) - 1u)];
}
