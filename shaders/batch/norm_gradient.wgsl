// dx = (dy − Σdy / N − x̂ ⊙ Σ(dy ⊙ x̂) / N) ⊙ weight / √(variance + ε) for the N rows that count, 0 for the others: the
// gradient of batch/norm, through the mean and the variance, too. slopeWeight is linked.

override SAMPLE_ROWS: u32;

@group(0) @binding(0) var<storage, read> slopeSum: array<vec4f>;
@group(0) @binding(1) var<storage, read> productSum: array<vec4f>;

var<private> slopeMean: vec4f;
var<private> productMean: vec4f;
var<private> slopeFactor: vec4f;

fn beginColumn(column4: u32) {
  beginNormColumn(column4);
  let rows = f32(clock.count * SAMPLE_ROWS);
  slopeMean = slopeSum[column4] / rows;
  productMean = productSum[column4] / rows;
  slopeFactor = normScale * slopeWeight(column4);
}

fn elementAt(i: u32, row: u32, column4: u32) -> vec4f {
  let means = slopeMean + normalisedAt(i) * productMean;
  return select(vec4f(), (normSlope[i] - means) * slopeFactor, isRow(row / SAMPLE_ROWS));
}
