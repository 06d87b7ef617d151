// Blocks of A = [H_(l−1) | 1]ᵀ and B = dZ_l for gemm/tiled. tiled/update_tiles chooses the layer.
// H_0 is the batch's images, gathered through indices; H_1 has its own binding; all others share one.
// The choice depends only on the workgroup, so no wave diverges.

@group(0) @binding(0) var<storage, read> hidden: array<vec4f>;
@group(0) @binding(1) var<storage, read> stored: array<vec4f>;

fn rowsA(m4: u32) -> vec4u {
  return vec4u(min(m4, M4 - 2u), m4, 0u, 0u);
}

fn depthA(k4: u32) -> vec4u {
  if (updated == 1u) {
    return indices[k4] * (M4 - 1u);
  }
  return (4u * k4 + vec4u(0u, 1u, 2u, 3u)) * (M4 - 1u);
}

fn blockA(rows: vec4u, depth: vec4u) -> mat4x4f {
  let m4 = rows.x;
  var at = vec4u(m4) + depth;
  var h: mat4x4f;
  if (updated == 1u) {
    h = mat4x4f(
      trimFeatures(featuresAt(at.x), m4),
      trimFeatures(featuresAt(at.y), m4),
      trimFeatures(featuresAt(at.z), m4),
      trimFeatures(featuresAt(at.w), m4)
    );
  } else if (updated == 2u) {
    h = mat4x4f(hidden[at.x], hidden[at.y], hidden[at.z], hidden[at.w]);
  } else {
    at += hiddenAt(updated - 1u);
    h = mat4x4f(stored[at.x], stored[at.y], stored[at.z], stored[at.w]);
  }
  return onesAt(rows.y, transpose(h));
}

fn columnsB(n4: u32) -> vec4u {
  return vec4u(n4);
}

fn depthB(k4: u32) -> vec4u {
  return slopeAt(updated) + (4u * k4 + vec4u(0u, 1u, 2u, 3u)) * N4;
}

fn blockB(columns: vec4u, depth: vec4u) -> mat4x4f {
  let at = columns + depth;
  return mat4x4f(stored[at.x], stored[at.y], stored[at.z], stored[at.w]);
}
