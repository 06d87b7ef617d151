// f(x) = tanh x,  f′ = 1 − y², with y = f(x).

fn activate(x: vec4f) -> vec4f {
  return accurateTanh(x);
}

fn activateGradient(dy: vec4f, y: vec4f) -> vec4f {
  return dy * (1.0 - y * y);
}
