// The mean over a row of a loss of single outputs, 1/C · Σ_c elementLoss(x_c, t_c), which is linked. Its mean over the
// batch's rows is the mean over all elements, as PyTorch's.

fn lossOfRow(row: u32) -> f32 {
  var sum = vec4f();
  for (var c4 = 0u; c4 < CLASS4_COUNT; c4++) {
    sum += select(vec4f(), elementLoss(outputAt(row, c4), targetAt(row, c4), c4), isClass(c4));
  }
  return (sum.x + sum.y + sum.z + sum.w) / f32(CLASSES);
}
