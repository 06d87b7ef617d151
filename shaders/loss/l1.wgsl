// Absolute error |x − t|, as in torch.nn.L1Loss. Its derivative at 0 is 0.

fn elementLoss(x: vec4f, t: vec4f, column4: u32) -> vec4f {
  return abs(x - t);
}

fn elementSlope(x: vec4f, t: vec4f, column4: u32) -> vec4f {
  return sign(x - t);
}
