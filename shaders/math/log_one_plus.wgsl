// log(1 + z) for 0 ≤ z ≤ 1, as 2 atanh(t), t = z / (2 + z) ≤ 1/3: the series to t¹³, whose next term is below 2⁻²⁵ of
// the sum. WGSL's log is inexact near 1.

fn logOnePlus(z: vec4f) -> vec4f {
  let t = z / (2.0 + z);
  let s = t * t;
  return 2.0 * t * (1.0 + s * (1.0 / 3.0 + s * (1.0 / 5.0 + s * (1.0 / 7.0 + s * (1.0 / 9.0 + s * (1.0 / 11.0 + s / 13.0))))));
}
