// Adam (Kingma and Ba 2015, algorithm 1) and AdamW (Loshchilov and Hutter 2019, algorithm 2):
//   w ← w − learningRate · decoupledDecay · w     g ← g + weightDecay · w
//   m ← m + (1 − β1)(g − m)                       v ← β2 · v + (1 − β2) g²
//   w ← w − learningRate / (1 − β1^t) · m / (√v / √(1 − β2^t) + ε)
// Adam has decoupledDecay = 0, AdamW weightDecay = 0. The corrections come from the tick.

struct Rates {
  l2: f32,     // weightDecay
  shrink: f32, // learningRate · decoupledDecay
  rate1: f32,
  rate2: f32,
  beta2: f32,
  stepSize: f32,
  rootScale: f32,
  epsilon: f32,
}

/// Read from the clock once an invocation, not once an element.
var<private> rates: Rates;

fn beginOptimize() {
  rates = Rates(
    clock.weightDecay,
    clock.learningRate * clock.decoupledDecay,
    clock.rate1,
    clock.rate2,
    clock.beta2,
    clock.stepSize,
    clock.rootScale,
    clock.epsilon
  );
}

fn optimize(i: u32, gradient: vec4f) {
  let w = parameters[i];
  let m = moment1[i];
  let v = moment2[i];
  let g = gradient + rates.l2 * w;
  let m1 = m + rates.rate1 * (g - m);
  let v1 = rates.beta2 * v + rates.rate2 * g * g;
  moment1[i] = m1;
  moment2[i] = v1;
  let step = rates.stepSize * m1 / (sqrt(v1) * rates.rootScale + rates.epsilon);
  parameters[i] = w - rates.shrink * w - step;
}
