// Softmax cross-entropy of a row against its class, log Σ_c e^(x_c − max) + max − x_class, as
// torch.nn.CrossEntropyLoss.

fn lossOfRow(row: u32) -> f32 {
  let class_ = labelOfRow(row);
  let logit = outputAt(row, class_ / 4u)[class_ % 4u];
  return log(rowSum) + (rowMaximum - logit);
}
