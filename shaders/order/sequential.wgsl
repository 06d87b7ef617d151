// sampleAt: the order of the data set, for evaluation.

fn sampleAt(position: u32, step: u32, row: u32, epoch: u32, samples: u32, a: u32, b: u32, seed: vec2u) -> u32 {
  return position;
}
