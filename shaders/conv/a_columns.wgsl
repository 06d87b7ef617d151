// Blocks of A[M,K] = the transposed patches of an image: a column for each pixel.

fn rowsA(m4: u32) -> vec4u {
  return tapsAt(m4);
}

fn depthA(k4: u32) -> vec4u {
  return pixelsAt(k4);
}

fn blockA(rows: vec4u, depth: vec4u) -> mat4x4f {
  return transpose(patchAt(depth, rows));
}
