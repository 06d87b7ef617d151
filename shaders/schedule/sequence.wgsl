// One schedule before step MILESTONE, then another, whose steps count from there.

override MILESTONE: u32;

fn factor(step: u32) -> f32 {
  if (step < MILESTONE) {
    return first_factor(step);
  }
  return second_factor(step - MILESTONE);
}
