// (x − mean) / √(variance + COLUMN_EPSILON), with a mean and a variance of each column.

override COLUMN_EPSILON: f32;

@group(0) @binding(0) var<storage, read> columnMean: array<vec4f>;
@group(0) @binding(1) var<storage, read> columnVariance: array<vec4f>;

fn element(x: vec4f, i: u32, row: u32, column4: u32) -> vec4f {
  return (x - columnMean[column4]) * inverseSqrt(columnVariance[column4] + COLUMN_EPSILON);
}
