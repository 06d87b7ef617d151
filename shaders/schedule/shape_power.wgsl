// v^POWER for v from 0 to 1.

override POWER: f32;

fn shape(v: f32) -> f32 {
  if (v == 0.0) {
    return 0.0;
  }
  return exp(POWER * log(v));
}
