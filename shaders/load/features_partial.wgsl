// trimFeatures: zero beyond the FEATURES of a sample, which are read padded to a multiple of 4.

override FEATURES: u32;

fn trimFeatures(value: vec4f, column4: u32) -> vec4f {
  return select(vec4f(), value, vec4u(4u * column4) + vec4u(0u, 1u, 2u, 3u) < vec4u(FEATURES));
}
