// Blocks of A = [X | 1]ᵀ from X stored as [K, M−1] row by row (M − 1 a multiple of 4): the last row
// of A is all ones, so the last row of the product A · dZ is the bias gradient Σ_k dZ[k].

@group(0) @binding(0) var<storage, read> a: array<vec4f>;

fn rowsA(m4: u32) -> vec4u {
  return vec4u(min(m4, M4 - 2u), m4, 0u, 0u);
}

fn depthA(k4: u32) -> vec4u {
  return (4u * k4 + vec4u(0u, 1u, 2u, 3u)) * (M4 - 1u);
}

fn blockA(rows: vec4u, depth: vec4u) -> mat4x4f {
  let at = vec4u(rows.x) + depth;
  return onesAt(rows.y, transpose(mat4x4f(a[at.x], a[at.y], a[at.z], a[at.w])));
}
