// Blocks of A = [X | 1]ᵀ, X[K, M−1] = the samples of the batch, gathered through indices[K] (M − 1 is
// the number of features, padded to a multiple of 4); the last row of A is all ones.

fn rowsA(m4: u32) -> vec4u {
  return vec4u(min(m4, M4 - 2u), m4, 0u, 0u);
}

fn depthA(k4: u32) -> vec4u {
  return indices[k4] * (M4 - 1u);
}

fn blockA(rows: vec4u, depth: vec4u) -> mat4x4f {
  let at = vec4u(rows.x) + depth;
  let m4 = rows.x;
  return onesAt(rows.y, transpose(mat4x4f(
    trimFeatures(featuresAt(at.x), m4),
    trimFeatures(featuresAt(at.y), m4),
    trimFeatures(featuresAt(at.z), m4),
    trimFeatures(featuresAt(at.w), m4)
  )));
}
