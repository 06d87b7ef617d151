// An optimizer's step, then the exponential moving average of the parameters, begun at the first ones:
//   average ← DECAY · average + REST · parameters,  REST = 1 − DECAY
// The optimizer's own file is linked as stepped_*.

override DECAY: f32;
override REST: f32;

fn beginOptimize() {
  stepped_beginOptimize();
}

fn optimize(i: u32, gradient: vec4f) {
  let before = select(average[i], parameters[i], clock.step == 0u);
  stepped_optimize(i, gradient);
  average[i] = DECAY * before + REST * parameters[i];
}
