// Gradient of loss/smoothed_cross_entropy: (softmax(x) · Σ_c q_c − q) · weight.

fn gradientOfRow(row: u32, weight: f32) {
  let class_ = labelOfRow(row);
  var sum = vec4f();
  for (var c4 = 0u; c4 < CLASS4_COUNT; c4++) {
    sum += wantedAt(class_, c4);
  }
  let total = sum.x + sum.y + sum.z + sum.w;
  for (var c4 = 0u; c4 < CLASS4_COUNT; c4++) {
    let probability = select(vec4f(), exp(outputAt(row, c4) - rowMaximum) / rowSum, isClass(c4));
    writeGradient(row, c4, (probability * total - wantedAt(class_, c4)) * weight);
  }
}
