// dx_c = y_c · (dy_c − Σ_j dy_j y_j): the gradient of rowwise/softmax from its output y, the row's input here.

var<private> softmaxProduct: f32;

fn beginRow(row: u32) {
  var sum = vec4f();
  for (var c4 = 0u; c4 < N4; c4++) {
    sum += slopeAt(row, c4) * inputAt(row, c4);
  }
  softmaxProduct = sumOf(sum);
}

fn rowElement(row: u32, c4: u32) -> vec4f {
  return inputAt(row, c4) * (slopeAt(row, c4) - softmaxProduct);
}
