// Stochastic gradient descent: w −= learningRate · (g + weightDecay · w).

var<private> learningRate: f32;
var<private> weightDecay: f32;

fn beginOptimize() {
  learningRate = clock.learningRate;
  weightDecay = clock.optimizer[0];
}

fn optimize(i: u32, gradient: vec4f) {
  let w = parameters[i];
  parameters[i] = w - learningRate * (gradient + weightDecay * w);
}
