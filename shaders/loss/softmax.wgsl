// The maximum and the sum of softmax(x)_c = e^(x_c − max) / Σ_j e^(x_j − max) of a row, computed once for
// the loss and its gradient. The maximum is subtracted so that the exponentials do not overflow.

var<private> rowMaximum: f32;
/// Σ_j e^(x_j − rowMaximum)
var<private> rowSum: f32;

fn beginLoss(row: u32) {
  var maximum = vec4f(-3.4028234e38);
  for (var c4 = 0u; c4 < CLASS4_COUNT; c4++) {
    maximum = select(maximum, max(maximum, outputAt(row, c4)), isClass(c4));
  }
  rowMaximum = max(max(maximum.x, maximum.y), max(maximum.z, maximum.w));
  var sum = vec4f();
  for (var c4 = 0u; c4 < CLASS4_COUNT; c4++) {
    sum += select(vec4f(), exp(outputAt(row, c4) - rowMaximum), isClass(c4));
  }
  rowSum = sum.x + sum.y + sum.z + sum.w;
}
