// The gradient of loss/weighed. plainGradientOfRow is the renamed gradientOfRow of the loss.

fn gradientOfRow(row: u32, weight: f32) {
  plainGradientOfRow(row, weight * weightOfRow(row));
}
