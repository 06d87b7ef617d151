// f(x) = x,  f′ = 1, with y = f(x).

fn activate(x: vec4f) -> vec4f {
  return x;
}

fn activateGradient(dy: vec4f, y: vec4f) -> vec4f {
  return dy;
}
