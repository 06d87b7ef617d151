// Gradient of loss/softmax_cross_entropy: (softmax(x) − onehot(class)) · weight.

fn gradientOfRow(row: u32, weight: f32) {
  let class_ = labelOfRow(row);
  for (var c4 = 0u; c4 < CLASS4_COUNT; c4++) {
    let probability = select(vec4f(), exp(outputAt(row, c4) - rowMaximum) / rowSum, isClass(c4));
    writeGradient(row, c4, (probability - oneHot(class_, c4)) * weight);
  }
}
