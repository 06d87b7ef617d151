// f(x) = log(1 + e^(BETA · x)) / BETA, and x where BETA · x > THRESHOLD;  f′ = 1 / (1 + e^(−BETA · x)), and 1.

override BETA: f32;
override THRESHOLD: f32;

/// log(1 + z) for 0 ≤ z ≤ 1, as 2 atanh(t), t = z / (2 + z) ≤ 1/3: the series to t¹³, whose next term is below 2⁻²⁵ of
/// the sum. WGSL's log is inexact near 1.
fn logOnePlus(z: vec4f) -> vec4f {
  let t = z / (2.0 + z);
  let s = t * t;
  return 2.0 * t * (1.0 + s * (1.0 / 3.0 + s * (1.0 / 5.0 + s * (1.0 / 7.0 + s * (1.0 / 9.0 + s * (1.0 / 11.0 + s / 13.0))))));
}

fn activate(x: vec4f) -> vec4f {
  let scaled = BETA * x;
  let soft = (max(scaled, vec4f()) + logOnePlus(exp(-abs(scaled)))) / BETA;
  return select(soft, x, scaled > vec4f(THRESHOLD));
}

fn activateGradient(dy: vec4f, x: vec4f) -> vec4f {
  let scaled = BETA * x;
  return dy * select(logistic(scaled), vec4f(1.0), scaled > vec4f(THRESHOLD));
}
