// NAdam (Dozat 2016), as in torch.optim.NAdam:
//   g ← g + weightDecay · w
//   m ← m + (1 − β1)(g − m)                       v ← β2 · v + (1 − β2) g²
//   w ← w − (gradientRate · g + momentRate · m) / (√v · rootScale + ε)
// The tick computes the rates and rootScale, see nadam_prepare.
// optimizer = [weightDecay, 1 − β1, 1 − β2, β2, ε, gradientRate, momentRate, rootScale, …].

fn beginOptimize() {
}

fn optimize(i: u32, gradient: vec4f) {
  let w = parameters[i];
  let m = moment1[i];
  let g = gradient + clock.optimizer[0] * w;
  let m1 = normal(m + clock.optimizer[1] * (g - m));
  let v1 = normal(clock.optimizer[3] * moment2[i] + clock.optimizer[2] * g * g);
  moment1[i] = m1;
  moment2[i] = v1;
  let direction = clock.optimizer[5] * g + clock.optimizer[6] * m1;
  let step = direction / (sqrt(v1) * clock.optimizer[7] + clock.optimizer[4]);
  // 0 / 0 without an epsilon, see adam.
  parameters[i] = w - select(step, vec4f(), direction == vec4f());
}
