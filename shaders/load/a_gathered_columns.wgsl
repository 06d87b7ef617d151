// Blocks of A = Xᵀ, X[K,M] = the samples of the batch, gathered through indices[K], M features each.

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
    trimFeatures(featuresAt(at.x), m4),
    trimFeatures(featuresAt(at.y), m4),
    trimFeatures(featuresAt(at.z), m4),
    trimFeatures(featuresAt(at.w), m4)
  ));
}
