// 1 − e^x for x ≤ 0 without cancellation: near 0 a Taylor series, whose first dropped term is
// below 2⁻²⁵ of the sum for |x| < 0.5; elsewhere 1 − e^x loses at most one bit. The direct
// 1 − pow(0.999, t) has an error of 1e-5 at the first steps.

fn oneMinusExp(x: vec2f) -> vec2f {
  var sum = vec2f(1.0);
  for (var n = 9.0; n > 1.5; n -= 1.0) {
    sum = 1.0 + sum * x / n;
  }
  return select(1.0 - exp(x), -x * sum, x > vec2f(-0.5));
}
