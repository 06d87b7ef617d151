// Blocks of A = Xᵀ, X[K,M] = the batch's images gathered through indices[K] from bytes, M pixels each.

fn rowsA(m4: u32) -> vec4u {
  return vec4u(m4);
}

fn depthA(k4: u32) -> vec4u {
  return indices[k4] * M4;
}

fn blockA(rows: vec4u, depth: vec4u) -> mat4x4f {
  let at = rows + depth;
  let m4 = rows.x;
  return transpose(mat4x4f(
    trimPixels(pixelsAt(at.x), m4),
    trimPixels(pixelsAt(at.y), m4),
    trimPixels(pixelsAt(at.z), m4),
    trimPixels(pixelsAt(at.w), m4)
  ));
}
