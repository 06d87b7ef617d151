// f(x) = x · σ(x),  f′ = σ(x) · (1 + x · (1 − σ(x))), with σ(x) = 1 / (1 + e^−x)
// (Elfwing, Uchibe and Doya 2018).

fn activate(x: vec4f) -> vec4f {
  return x * logistic(x);
}

fn activateGradient(dy: vec4f, x: vec4f) -> vec4f {
  let s = logistic(x);
  return dy * s * (1.0 + x * logistic(-x));
}
