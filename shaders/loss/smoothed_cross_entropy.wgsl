// Softmax cross-entropy of a row against smoothed classes, Σ_c q_c · (log Σ_j e^(x_j − max) + max − x_c), with the
// weights q = wantedAt, as in torch.nn.CrossEntropyLoss. Differences from the maximum keep it exact for large x.

fn lossOfRow(row: u32) -> f32 {
  let class_ = labelOfRow(row);
  let whole = log(rowSum);
  var sum = vec4f();
  for (var c4 = 0u; c4 < CLASS4_COUNT; c4++) {
    let gap = select(vec4f(), whole + (rowMaximum - outputAt(row, c4)), isClass(c4));
    sum += wantedAt(class_, c4) * gap;
  }
  return sum.x + sum.y + sum.z + sum.w;
}
