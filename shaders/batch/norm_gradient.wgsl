// dx = (dy − Σdy / N − x̂ ⊙ Σ(dy ⊙ x̂) / N) ⊙ weight / √(variance + ε) for the N rows that count, 0 for the others: the
// gradient of batch/norm, through the mean and the variance, too. slopeWeight is linked.

override SAMPLE_ROWS: u32;

@group(0) @binding(0) var<storage, read> slopeSum: array<vec4f>;
@group(0) @binding(1) var<storage, read> productSum: array<vec4f>;

fn elementAt(i: u32, row: u32, column4: u32) -> vec4f {
  let rows = f32(clock.count * SAMPLE_ROWS);
  let means = slopeSum[column4] / rows + normalisedAt(i, column4) * (productSum[column4] / rows);
  let factor = normScale(column4) * slopeWeight(column4);
  return select(vec4f(), (normSlope[i] - means) * factor, isRow(row / SAMPLE_ROWS));
}
