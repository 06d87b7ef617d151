// sampleAt for images that come from the host as they are needed (src/train/feed.ts): where in the
// window the host has put the row's image and label, batch behind batch, STAGED_STEPS of them in a
// ring. Which sample that is, the host alone knows.

override STAGED_STEPS: u32;

fn sampleAt(position: u32, step: u32, row: u32, epoch: u32, samples: u32, a: u32, b: u32, seed: vec2u) -> u32 {
  return (step % STAGED_STEPS) * BATCH + row;
}
