// sampleAt for images that the host streams (src/train/feed.ts): the place of the row's image and label
// in the staging window, a ring of STAGED_STEPS batches. Only the host knows which sample of the data
// set is there.

override STAGED_STEPS: u32;

fn sampleAt(position: u32, step: u32, row: u32, epoch: u32, samples: u32, a: u32, b: u32, seed: vec2u) -> u32 {
  return (step % STAGED_STEPS) * BATCH + row;
}
