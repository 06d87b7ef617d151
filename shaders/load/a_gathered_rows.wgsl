// Blocks of A[M,K] = the samples of the batch, gathered through indices[M], K features each.

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
    trimFeatures(featuresAt(at.x), k4),
    trimFeatures(featuresAt(at.y), k4),
    trimFeatures(featuresAt(at.z), k4),
    trimFeatures(featuresAt(at.w), k4)
  );
}
