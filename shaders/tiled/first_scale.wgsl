// firstMaskAt for tiled/rows, for an activation whose gradient is 0 where its output is 0: what the mask set to 0 is 0 anyway.

override FIRST_SCALE: f32;

fn firstMaskAt(element4: u32) -> vec4f {
  return vec4f(FIRST_SCALE);
}
