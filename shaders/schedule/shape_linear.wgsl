// A straight line.

fn shape(v: f32) -> f32 {
  return v;
}
