// Smooth absolute error of d = x − t, as in torch.nn.SmoothL1Loss:
//   d² / (2 · LOSS_BETA)   where |d| < LOSS_BETA
//   |d| − LOSS_BETA / 2    elsewhere

override LOSS_BETA: f32;

fn elementLoss(x: vec4f, t: vec4f, column4: u32) -> vec4f {
  let size = abs(x - t);
  let share = min(size / LOSS_BETA, vec4f(1.0));
  return share * (size - 0.5 * share * LOSS_BETA);
}

fn elementSlope(x: vec4f, t: vec4f, column4: u32) -> vec4f {
  return clamp((x - t) / LOSS_BETA, vec4f(-1.0), vec4f(1.0));
}
