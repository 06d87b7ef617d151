// y_c = e^(x_c − max) / Σ_j e^(x_j − max) of a row. The maximum is subtracted so that the exponentials do not overflow.

var<private> softmaxMaximum: f32;
var<private> softmaxSum: f32;

fn beginRow(row: u32) {
  var maximum = vec4f(-3.4028234e38);
  for (var c4 = 0u; c4 < N4; c4++) {
    maximum = select(maximum, max(maximum, inputAt(row, c4)), isColumn(c4));
  }
  softmaxMaximum = max(max(maximum.x, maximum.y), max(maximum.z, maximum.w));
  var sum = vec4f();
  for (var c4 = 0u; c4 < N4; c4++) {
    sum += select(vec4f(), exp(inputAt(row, c4) - softmaxMaximum), isColumn(c4));
  }
  softmaxSum = sumOf(sum);
}

fn rowElement(row: u32, c4: u32) -> vec4f {
  return exp(inputAt(row, c4) - softmaxMaximum) / softmaxSum;
}
