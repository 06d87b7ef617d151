// dx = (dy − mean(dy) − x̂ · mean(dy ⊙ x̂)) · scale: the gradient of a norm, which declares beginNorm, normAt, rowScale and
// centred. Without centring, mean(dy) is 0.

var<private> meanSlope: f32;
var<private> meanProduct: f32;

fn beginRow(row: u32) {
  beginNorm(row);
  var slopes = vec4f();
  var products = vec4f();
  for (var c4 = 0u; c4 < N4; c4++) {
    let dy = slopeAt(row, c4);
    slopes += dy;
    products += dy * normAt(row, c4);
  }
  meanSlope = centred(sumOf(slopes) / f32(N));
  meanProduct = sumOf(products) / f32(N);
}

fn rowElement(row: u32, c4: u32) -> vec4f {
  return (slopeAt(row, c4) - meanSlope - normAt(row, c4) * meanProduct) * rowScale;
}
