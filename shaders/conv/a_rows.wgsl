// Blocks of A[M,K] = the patches of an image, one for each pixel.

fn rowsA(m4: u32) -> vec4u {
  return pixelsAt(m4);
}

fn depthA(k4: u32) -> vec4u {
  return tapsAt(k4);
}

fn blockA(rows: vec4u, depth: vec4u) -> mat4x4f {
  return patchAt(rows, depth);
}
