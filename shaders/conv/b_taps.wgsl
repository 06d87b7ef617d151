// Blocks of B[K,N] from the weight [taps · N, outputs], with k = (tap, output): for each tap the transpose. Both numbers of
// channels are multiples of 4; OUTPUTS4 is that of the outputs / 4.

override OUTPUTS4: u32;

@group(0) @binding(0) var<storage, read> weight: array<vec4f>;

fn columnsB(n4: u32) -> vec4u {
  return (4u * n4 + vec4u(0u, 1u, 2u, 3u)) * OUTPUTS4;
}

fn depthB(k4: u32) -> vec4u {
  let tap = k4 / OUTPUTS4;
  return vec4u(tap * N * OUTPUTS4 + k4 - tap * OUTPUTS4);
}

fn blockB(columns: vec4u, depth: vec4u) -> mat4x4f {
  let at = columns + depth;
  return transpose(mat4x4f(weight[at.x], weight[at.y], weight[at.z], weight[at.w]));
}
