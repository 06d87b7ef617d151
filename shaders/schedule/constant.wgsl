// FACTOR before step TOTAL, then 1.

override FACTOR: f32;
override TOTAL: u32;

fn factor(step: u32) -> f32 {
  return select(1.0, FACTOR, step < TOTAL);
}
