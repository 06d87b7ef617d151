// Blocks of B from its transpose, stored as [N,K] row by row.

@group(0) @binding(0) var<storage, read> b: array<vec4f>;

fn columnsB(n4: u32) -> vec4u {
  return (4u * n4 + vec4u(0u, 1u, 2u, 3u)) * K4;
}

fn depthB(k4: u32) -> vec4u {
  return vec4u(k4);
}

fn blockB(columns: vec4u, depth: vec4u) -> mat4x4f {
  let at = columns + depth;
  return transpose(mat4x4f(b[at.x], b[at.y], b[at.z], b[at.w]));
}
