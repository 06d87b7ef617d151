// Blocks of A[M,K] = the batch's images, gathered through indices[M] from bytes, K pixels each.

fn rowsA(m4: u32) -> vec4u {
  return indices[m4] * K4;
}

fn depthA(k4: u32) -> vec4u {
  return vec4u(k4);
}

fn blockA(rows: vec4u, depth: vec4u) -> mat4x4f {
  let at = rows + depth;
  let k4 = depth.x;
  return mat4x4f(
    trimPixels(pixelsAt(at.x), k4),
    trimPixels(pixelsAt(at.y), k4),
    trimPixels(pixelsAt(at.z), k4),
    trimPixels(pixelsAt(at.w), k4)
  );
}
