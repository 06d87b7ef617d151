// trimFeatures: (feature − mean) · (1 / deviation), column by column; zero beyond the FEATURES of a sample.
// standard[3 · columns / 4] has, for every four columns: the means, what float32 lost of them, and the
// factors, which are 0 for a deviation of 0.

override FEATURES: u32;

@group(0) @binding(0) var<storage, read> standard: array<vec4f>;

fn trimFeatures(value: vec4f, column4: u32) -> vec4f {
  let at = 3u * column4;
  let scaled = (value - standard[at] - standard[at + 1u]) * standard[at + 2u];
  return select(vec4f(), scaled, vec4u(4u * column4) + vec4u(0u, 1u, 2u, 3u) < vec4u(FEATURES));
}
