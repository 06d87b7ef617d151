// f(x) = max(x, 0) + NEGATIVE_SLOPE · min(x, 0),  f′ = [y > 0] + NEGATIVE_SLOPE · [y ≤ 0], with y = f(x).

override NEGATIVE_SLOPE: f32;

fn activate(x: vec4f) -> vec4f {
  return select(NEGATIVE_SLOPE * x, x, x > vec4f());
}

fn activateGradient(dy: vec4f, y: vec4f) -> vec4f {
  return select(NEGATIVE_SLOPE * dy, dy, y > vec4f());
}
