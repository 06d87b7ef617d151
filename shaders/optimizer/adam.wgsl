// Adam (Kingma and Ba 2015, algorithm 1) and AdamW (Loshchilov and Hutter 2019, algorithm 2):
//   w ← w − learningRate · decoupledDecay · w     g ← g + weightDecay · w
//   m ← m + (1 − β1)(g − m)                       v ← β2 · v + (1 − β2) g²
//   w ← w − learningRate / (1 − β1^t) · m / (√v / √(1 − β2^t) + ε)
// Adam has decoupledDecay = 0, AdamW weightDecay = 0. The tick computes the corrections, see adam_prepare.
// With AMSGRAD the root is that of the largest v so far (Reddi, Kale and Kumar 2018). Else `largest` is another name of
// moment2, and its lines are never run.

override AMSGRAD: u32;

struct Rates {
  l2: f32,     // weightDecay
  shrink: f32, // learningRate · decoupledDecay
  rate1: f32,  // 1 − β1
  rate2: f32,  // 1 − β2
  beta2: f32,
  epsilon: f32,
  stepSize: f32,  // learningRate / (1 − β1^t)
  rootScale: f32, // 1 / √(1 − β2^t)
}

/// Read from the clock once per invocation, not once per element.
var<private> rates: Rates;

fn beginOptimize() {
  rates = Rates(
    clock.optimizer[0],
    clock.learningRate * clock.optimizer[1],
    clock.optimizer[2],
    clock.optimizer[3],
    clock.optimizer[4],
    clock.optimizer[5],
    clock.optimizer[6],
    clock.optimizer[7]
  );
}

fn optimize(i: u32, gradient: vec4f) {
  let w = parameters[i];
  let m = moment1[i];
  let v = moment2[i];
  let g = gradient + rates.l2 * w;
  let m1 = normal(m + rates.rate1 * (g - m));
  let v1 = normal(rates.beta2 * v + rates.rate2 * g * g);
  moment1[i] = m1;
  moment2[i] = v1;
  var spread = v1;
  if (AMSGRAD == 1u) {
    spread = max(largest[i], v1);
    largest[i] = spread;
  }
  let step = rates.stepSize * m1 / (sqrt(spread) * rates.rootScale + rates.epsilon);
  // Without an epsilon, 0 / 0 would spoil the padding, and parameters whose gradient is 0.
  parameters[i] = w - rates.shrink * w - select(step, vec4f(), m1 == vec4f());
}
