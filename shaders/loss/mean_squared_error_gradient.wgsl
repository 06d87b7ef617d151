// Gradient of loss/mean_squared_error: 2/C · (x − t) · weight.

fn gradientOfRow(row: u32, weight: f32) {
  for (var c4 = 0u; c4 < CLASS4_COUNT; c4++) {
    writeGradient(row, c4, (outputAt(row, c4) - targetAt(row, c4)) * (2.0 / f32(CLASSES) * weight));
  }
}
