// x̂ = (x − mean) / √(variance + EPSILON) of a row (Ba, Kiros and Hinton 2016), with the variance of the whole row (1/N).
// In two passes, the second one corrects the first one's mean: Σd² / N − (Σd / N)², d = x − mean (Chan, Golub and LeVeque
// 1983). So a mean that is large beside the deviation costs no digits.

override EPSILON: f32;

var<private> rowMean: f32;
/// What rowMean lacks.
var<private> rowRest: f32;
var<private> rowScale: f32;

fn beginNorm(row: u32) {
  var sum = vec4f();
  for (var c4 = 0u; c4 < N4; c4++) {
    sum += inputAt(row, c4);
  }
  rowMean = sumOf(sum) / f32(N);
  var rest = vec4f();
  var squares = vec4f();
  for (var c4 = 0u; c4 < N4; c4++) {
    let d = select(vec4f(), inputAt(row, c4) - rowMean, isColumn(c4));
    rest += d;
    squares += d * d;
  }
  rowRest = sumOf(rest) / f32(N);
  rowScale = inverseSqrt(max(sumOf(squares) / f32(N) - rowRest * rowRest, 0.0) + EPSILON);
}

fn normAt(row: u32, c4: u32) -> vec4f {
  return (inputAt(row, c4) - rowMean - rowRest) * rowScale;
}

/// The mean counts in the gradient.
fn centred(mean: f32) -> f32 {
  return mean;
}
