// f(x) = x · Φ(x),  f′ = Φ(x) + x · φ(x), with Φ(x) = (1 + erf(x / √2)) / 2 and φ(x) = e^(−x² / 2) / √(2π)
// (Hendrycks and Gimpel 2016).

/// φ(x).
fn density(x: vec4f) -> vec4f {
  return exp(-0.5 * x * x) * 0.3989422804;
}

/// Φ(x). Abramowitz and Stegun 1964, 26.2.17: the error of the formula is at most 7.5e-8.
fn distribution(x: vec4f) -> vec4f {
  let t = 1.0 / (1.0 + 0.2316419 * abs(x));
  let sum = t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  let tail = density(x) * sum;
  return select(tail, 1.0 - tail, x >= vec4f());
}

fn activate(x: vec4f) -> vec4f {
  return x * distribution(x);
}

fn activateGradient(dy: vec4f, x: vec4f) -> vec4f {
  return dy * (distribution(x) + x * density(x));
}
