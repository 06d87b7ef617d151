// The loss of a row times its sample's weight; plainLossOfRow is a loss under another name.

fn lossOfRow(row: u32) -> f32 {
  return plainLossOfRow(row) * weightOfRow(row);
}
