// Adam (Kingma and Ba 2015, algorithm 1) and AdamW (Loshchilov and Hutter 2019, algorithm 2):
//   w ← w − learningRate · decoupledDecay · w     g ← g + weightDecay · w
//   m ← m + (1 − β1)(g − m)                       v ← β2 · v + (1 − β2) g²
//   w ← w − learningRate / (1 − β1^t) · m / (√v / √(1 − β2^t) + ε)
// Adam has decoupledDecay = 0, AdamW weightDecay = 0. The tick computes the corrections.

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

/// Read from the clock once per invocation, not once per element.
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

/// Replaces subnormal numbers by 0, as WGSL allows in every operation (section 15.7). If a weight's
/// gradient stays 0, its moments decay until they are subnormal. On some processors each operation with
/// subnormal numbers takes many times as long.
fn normal(x: vec4f) -> vec4f {
  return select(x, vec4f(), abs(x) < vec4f(1.1754944e-38));
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
  let step = rates.stepSize * m1 / (sqrt(v1) * rates.rootScale + rates.epsilon);
  parameters[i] = w - rates.shrink * w - step;
}
