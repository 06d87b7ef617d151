// x̂ = x / √(mean of x² + EPSILON) of a row (Zhang and Sennrich 2019).

override EPSILON: f32;

var<private> rowScale: f32;

fn beginNorm(row: u32) {
  var squares = vec4f();
  for (var c4 = 0u; c4 < N4; c4++) {
    let x = inputAt(row, c4);
    squares += x * x;
  }
  rowScale = inverseSqrt(sumOf(squares) / f32(N) + EPSILON);
}

fn normAt(row: u32, c4: u32) -> vec4f {
  return inputAt(row, c4) * rowScale;
}

/// There is no mean, so none counts in the gradient.
fn centred(mean: f32) -> f32 {
  return 0.0;
}
