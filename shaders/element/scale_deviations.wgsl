// x / √(variance + COLUMN_EPSILON), with a variance of each column: the gradient of element/standardise_columns.

override COLUMN_EPSILON: f32;

@group(0) @binding(0) var<storage, read> columnVariance: array<vec4f>;

fn element(x: vec4f, i: u32, row: u32, column4: u32) -> vec4f {
  return x * inverseSqrt(columnVariance[column4] + COLUMN_EPSILON);
}
