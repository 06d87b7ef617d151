// accurateTanh(x) = tanh x.

/// From e^−2|x|; near 0, to avoid cancellation, from the Taylor series to x⁹ (the next term is below
/// 2⁻²⁶ of the sum for |x| < 0.25). WGSL's own tanh may have an error of 1e-5.
fn accurateTanh(x: vec4f) -> vec4f {
  let size = abs(x);
  let small = exp(-2.0 * size);
  let far = (1.0 - small) / (1.0 + small);
  let s = x * x;
  let near = size * (1.0 + s * (-1.0 / 3.0 + s * (2.0 / 15.0 + s * (-17.0 / 315.0 + s * (62.0 / 2835.0)))));
  return sign(x) * select(far, near, size < vec4f(0.25));
}
