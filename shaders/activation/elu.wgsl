// f(x) = x for x > 0, else ALPHA · (e^x − 1),  f′ = 1 for y > 0, else y + ALPHA, with y = f(x)
// (Clevert, Unterthiner and Hochreiter 2016).

override ALPHA: f32;

/// e^x − 1 for x ≤ 0 without cancellation: near 0 the Taylor series to x⁹, whose next term is below 2⁻²⁵ of
/// the sum for x > −0.5.
fn activate(x: vec4f) -> vec4f {
  let low = min(x, vec4f());
  var sum = vec4f(1.0);
  for (var n = 9.0; n > 1.5; n -= 1.0) {
    sum = 1.0 + sum * low / n;
  }
  let less = select(exp(low) - 1.0, low * sum, low > vec4f(-0.5));
  return select(ALPHA * less, x, x > vec4f());
}

fn activateGradient(dy: vec4f, y: vec4f) -> vec4f {
  return select(dy * (y + ALPHA), dy, y > vec4f());
}
