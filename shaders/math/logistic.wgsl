// logistic(x) = 1 / (1 + e^−x).

fn logistic(x: vec4f) -> vec4f {
  // The exponent is never positive, so it cannot overflow.
  let small = exp(-abs(x));
  return select(small, vec4f(1.0), x >= vec4f()) / (1.0 + small);
}
