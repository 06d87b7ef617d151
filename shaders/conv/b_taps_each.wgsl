// As conv/b_taps, for any numbers of channels, element by element. The weight's rows are OUTPUT_STRIDE floats long. Beyond the
// ends it repeats the last element: there A is 0, or the result is padding.

override OUTPUTS: u32;
override OUTPUT_STRIDE: u32;

@group(0) @binding(0) var<storage, read> weight: array<f32>;

fn columnsB(n4: u32) -> vec4u {
  return min(4u * n4 + vec4u(0u, 1u, 2u, 3u), vec4u(N - 1u)) * OUTPUT_STRIDE;
}

fn depthB(k4: u32) -> vec4u {
  let term = min(4u * k4 + vec4u(0u, 1u, 2u, 3u), vec4u(K - 1u));
  let tap = term / OUTPUTS;
  return tap * N * OUTPUT_STRIDE + term - tap * OUTPUTS;
}

fn blockB(columns: vec4u, depth: vec4u) -> mat4x4f {
  let a = columns + depth.x;
  let b = columns + depth.y;
  let c = columns + depth.z;
  let d = columns + depth.w;
  return mat4x4f(
    vec4f(weight[a.x], weight[a.y], weight[a.z], weight[a.w]),
    vec4f(weight[b.x], weight[b.y], weight[b.z], weight[b.w]),
    vec4f(weight[c.x], weight[c.y], weight[c.z], weight[c.w]),
    vec4f(weight[d.x], weight[d.y], weight[d.z], weight[d.w])
  );
}
