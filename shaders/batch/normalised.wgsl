// x̂ = (x − mean) / √(variance + NORM_EPSILON) of each column, with the statistics of the batch: [mean; variance], [2,C].

override NORM_EPSILON: f32;
override NORM_COLUMNS4: u32;

@group(0) @binding(0) var<storage, read> normInput: array<vec4f>;
@group(0) @binding(1) var<storage, read> normStatistics: array<vec4f>;

var<private> normMean: vec4f;
var<private> normScale: vec4f;

fn beginNormColumn(column4: u32) {
  normMean = normStatistics[column4];
  normScale = inverseSqrt(normStatistics[NORM_COLUMNS4 + column4] + NORM_EPSILON);
}

fn normalisedAt(i: u32) -> vec4f {
  return (normInput[i] - normMean) * normScale;
}
