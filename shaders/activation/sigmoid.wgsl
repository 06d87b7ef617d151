// f(x) = 1 / (1 + e^−x),  f′ = y·(1 − y), with y = f(x).

fn activate(x: vec4f) -> vec4f {
  return logistic(x);
}

fn activateGradient(dy: vec4f, y: vec4f) -> vec4f {
  return dy * y * (1.0 - y);
}
