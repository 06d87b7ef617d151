// NAdam's rates (Dozat 2016), computed by the tick for t = step + 1:
//   μ(n) = β1 · (1 − ½ · 0.96^(n · momentumDecay))          P = μ(1) · … · μ(t)
//   optimizer[5] = gradientRate = learningRate · (1 − μ(t)) / (1 − P)
//   optimizer[6] = momentRate = learningRate · μ(t + 1) / (1 − P · μ(t + 1))
//   optimizer[7] = rootScale = 1 / √(1 − β2^t)
// optimizer[8] = β1, optimizer[9] = ln(0.96) · momentumDecay, optimizer[10] = ln β2. P is a product of the first factors
// until it is below 2⁻³⁰, and so a function of the step: a run resumes bit-identically.

fn momentOf(n: f32) -> f32 {
  return ticking.optimizer[8] * (1.0 - 0.5 * exp(n * ticking.optimizer[9]));
}

fn prepare(step: u32) {
  let t = f32(step) + 1.0;
  var product = 1.0;
  for (var n = 1.0; n <= t && product > 9.3e-10; n += 1.0) {
    product *= momentOf(n);
  }
  let next = momentOf(t + 1.0);
  ticking.optimizer[5] = ticking.learningRate * (1.0 - momentOf(t)) / (1.0 - product);
  ticking.optimizer[6] = ticking.learningRate * next / (1.0 - product * next);
  ticking.optimizer[7] = inverseSqrt(oneMinusExp(t * vec2f(ticking.optimizer[10])).x);
}
