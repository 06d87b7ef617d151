// Softmax cross-entropy of a row against its class, log Σ_c e^(x_c − max) + max − x_class, as
// torch.nn.CrossEntropyLoss. A label that is no class is taken for the last one; metrics/hit tells of it.

fn lossOfRow(row: u32) -> f32 {
  let class_ = min(labelOfRow(row), CLASSES - 1u);
  let logit = outputAt(row, class_ / 4u)[class_ % 4u];
  return log(rowSum) + (rowMaximum - logit);
}
