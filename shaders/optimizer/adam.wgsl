// Adam (Kingma and Ba 2015, algorithm 1) and AdamW (Loshchilov and Hutter 2019, algorithm 2):
//   w ← w − learningRate · decoupledDecay · w     g ← g + weightDecay · w
//   m ← m + (1 − β1)(g − m)                       v ← β2 · v + (1 − β2) g²
//   w ← w − learningRate / (1 − β1^t) · m / (√v / √(1 − β2^t) + ε)
// Adam has decoupledDecay = 0, AdamW weightDecay = 0. The corrections come from the tick.

fn optimize(i: u32, gradient: vec4f) {
  var w = parameters[i];
  let g = gradient + clock.weightDecay * w;
  w -= clock.learningRate * clock.decoupledDecay * w;
  let m = moment1[i] + clock.rate1 * (g - moment1[i]);
  let v = clock.beta2 * moment2[i] + clock.rate2 * g * g;
  moment1[i] = m;
  moment2[i] = v;
  parameters[i] = w - clock.stepSize * m / (sqrt(v) * clock.rootScale + clock.epsilon);
}
