// Mean squared error of a row, 1/C · Σ_c (x_c − t_c)². Its mean over the batch's rows is the
// mean over all elements, as in torch.nn.MSELoss.

fn lossOfRow(row: u32) -> f32 {
  var sum = vec4f();
  for (var c4 = 0u; c4 < CLASS4_COUNT; c4++) {
    let difference = outputAt(row, c4) - targetAt(row, c4);
    sum += difference * difference;
  }
  return (sum.x + sum.y + sum.z + sum.w) / f32(CLASSES);
}
