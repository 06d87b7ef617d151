// f(x) = max(x, 0),  f′ = [y > 0]  (0 at 0, as PyTorch), with y = f(x).

fn activate(x: vec4f) -> vec4f {
  return max(x, vec4f());
}

fn activateGradient(dy: vec4f, y: vec4f) -> vec4f {
  return select(vec4f(), dy, y > vec4f());
}
