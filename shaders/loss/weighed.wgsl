// The loss of a row times its sample's weight. plain_lossOfRow is lossOfRow of the loss itself, in the scope plain.

fn lossOfRow(row: u32) -> f32 {
  return plain_lossOfRow(row) * weightOfRow(row);
}
