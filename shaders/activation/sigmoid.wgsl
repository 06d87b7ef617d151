// f(x) = 1 / (1 + e^−x),  f′ = y·(1 − y), with y = f(x).

fn activate(x: vec4f) -> vec4f {
  // The exponent is never positive, so it cannot overflow.
  let small = exp(-abs(x));
  return select(small, vec4f(1.0), x >= vec4f()) / (1.0 + small);
}

fn activateGradient(dy: vec4f, y: vec4f) -> vec4f {
  return dy * y * (1.0 - y);
}
