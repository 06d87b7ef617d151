// The product of two schedules.

fn factor(step: u32) -> f32 {
  return first_factor(step) * second_factor(step);
}
