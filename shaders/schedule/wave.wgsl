// A cosine from 1 down to TO in LENGTH steps, back up in as many, and so on: TO + (1 − TO) · (1 + cos(π · step / LENGTH)) / 2.

override TO: f32;
override LENGTH: u32;

fn factor(step: u32) -> f32 {
  let at = step % (2u * LENGTH);
  let left = max(at, LENGTH) - min(at, LENGTH);
  return TO + (1.0 - TO) * shape(f32(left) / f32(LENGTH));
}
