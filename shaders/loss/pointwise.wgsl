// elementLoss and elementSlope of the caller's functions of one output and its target,
//   fn pointwiseLoss(output: f32, wanted: f32) -> f32
//   fn pointwiseSlope(output: f32, wanted: f32) -> f32

fn elementLoss(x: vec4f, t: vec4f, column4: u32) -> vec4f {
  return vec4f(
    pointwiseLoss(x.x, t.x),
    pointwiseLoss(x.y, t.y),
    pointwiseLoss(x.z, t.z),
    pointwiseLoss(x.w, t.w)
  );
}

fn elementSlope(x: vec4f, t: vec4f, column4: u32) -> vec4f {
  return vec4f(
    pointwiseSlope(x.x, t.x),
    pointwiseSlope(x.y, t.y),
    pointwiseSlope(x.z, t.z),
    pointwiseSlope(x.w, t.w)
  );
}
