// γ^⌊step / EVERY⌋, by the logarithm: γ as a float32, raised to a high power, would be off by its rounding times the
// exponent.

override LN_GAMMA: f32;
override EVERY: u32;

fn factor(step: u32) -> f32 {
  return exp(f32(step / EVERY) * LN_GAMMA);
}
