// Gradient of loss/elements: 1/C · elementSlope(x, t) · weight, with the derivative by x, which is linked.

fn gradientOfRow(row: u32, weight: f32) {
  for (var c4 = 0u; c4 < CLASS4_COUNT; c4++) {
    let slope = select(vec4f(), elementSlope(outputAt(row, c4), targetAt(row, c4), c4), isClass(c4));
    writeGradient(row, c4, slope * (weight / f32(CLASSES)));
  }
}
