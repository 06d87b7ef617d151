// The gradient of loss/weighed; plainGradientOfRow is that of the loss under another name.

fn gradientOfRow(row: u32, weight: f32) {
  plainGradientOfRow(row, weight * weightOfRow(row));
}
