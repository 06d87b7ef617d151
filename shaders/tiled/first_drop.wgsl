// firstMaskAt for tiled/rows: the mask of the first layer's dropout, or ones without a dropout.

fn firstMaskAt(element4: u32) -> vec4f {
  return drop(vec4f(1.0), element4);
}
