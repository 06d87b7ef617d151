// Huber's loss of d = x − t, as in torch.nn.HuberLoss:
//   d² / 2                      where |d| ≤ LOSS_DELTA
//   LOSS_DELTA · (|d| − LOSS_DELTA / 2)   elsewhere

override LOSS_DELTA: f32;

fn elementLoss(x: vec4f, t: vec4f, column4: u32) -> vec4f {
  let size = abs(x - t);
  let near = min(size, vec4f(LOSS_DELTA));
  return near * (size - 0.5 * near);
}

fn elementSlope(x: vec4f, t: vec4f, column4: u32) -> vec4f {
  return clamp(x - t, vec4f(-LOSS_DELTA), vec4f(LOSS_DELTA));
}
