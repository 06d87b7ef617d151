// targetAt from a matrix [R, C].

override TARGET_COLUMN4_COUNT: u32;

@group(0) @binding(0) var<storage, read> expected: array<vec4f>;

fn targetAt(row: u32, column4: u32) -> vec4f {
  return expected[row * TARGET_COLUMN4_COUNT + column4];
}
