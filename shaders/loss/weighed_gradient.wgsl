// The gradient of loss/weighed. plain_gradientOfRow is the renamed gradientOfRow of the loss.

fn gradientOfRow(row: u32, weight: f32) {
  plain_gradientOfRow(row, weight * weightOfRow(row));
}
