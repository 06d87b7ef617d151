// f(x) = sin x,  f′ = cos x, for |x| ≤ 2¹⁵; beyond, the error grows with |x|.

/// x − π · n for the nearest integer n, and (−1)^n. π in three parts (Cody and Waite 1980): the first two have so few
/// bits that their products with n are exact.
struct Reduced {
  rest: vec4f,
  sign: vec4f,
}

fn reduced(x: vec4f) -> Reduced {
  let n = round(x * 0.3183098862);
  let rest = ((x - n * 3.140625) - n * 9.67502593994140625e-4) - n * 1.5099579909783764e-7;
  return Reduced(rest, 1.0 - 2.0 * abs(n - 2.0 * floor(0.5 * n)));
}

/// For |r| ≤ π / 2: the Taylor series to r¹³, whose next term is below 2⁻²⁷ of the sum.
fn activate(x: vec4f) -> vec4f {
  let r = reduced(x);
  let s = r.rest * r.rest;
  let sum = 1.0 + s * (-1.0 / 6.0 + s * (1.0 / 120.0 + s * (-1.0 / 5040.0 + s * (1.0 / 362880.0 + s * (-1.0 / 39916800.0 + s / 6227020800.0)))));
  return r.sign * r.rest * sum;
}

/// cos x = sin(π / 2 − |r|) · (−1)^n.
fn activateGradient(dy: vec4f, x: vec4f) -> vec4f {
  let r = reduced(x);
  let s = r.rest * r.rest;
  let sum = 1.0 + s * (-0.5 + s * (1.0 / 24.0 + s * (-1.0 / 720.0 + s * (1.0 / 40320.0 + s * (-1.0 / 3628800.0 + s * (1.0 / 479001600.0 - s / 87178291200.0))))));
  return dy * r.sign * sum;
}
