// Softmax cross-entropy of a row against its class, log Σ_c e^(x_c − max) + max − x_class, as
// in torch.nn.CrossEntropyLoss. An invalid label counts as the last class here; metrics/hit reports it.

fn lossOfRow(row: u32) -> f32 {
  let class_ = min(labelOfRow(row), CLASSES - 1u);
  let logit = outputAt(row, class_ / 4u)[class_ % 4u];
  return log(rowSum) + (rowMaximum - logit);
}
