// sampleAt: a new order each epoch, each sample exactly once (see random/permute.wgsl).

fn sampleAt(position: u32, step: u32, row: u32, epoch: u32, samples: u32, a: u32, b: u32, seed: vec2u) -> u32 {
  return permute(position, samples, a, b, epoch, seed);
}
