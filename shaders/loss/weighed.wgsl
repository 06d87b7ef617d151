// The loss of a row times its sample's weight. plainLossOfRow is the renamed lossOfRow of the loss.

fn lossOfRow(row: u32) -> f32 {
  return plainLossOfRow(row) * weightOfRow(row);
}
