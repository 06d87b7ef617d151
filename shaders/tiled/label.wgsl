// labelOfRow for tiled/rows: read once, at the beginning. The file that reads it is linked as data_*.

var<private> rowLabel: u32;

fn beginLabel(row: u32) {
  rowLabel = data_labelOfRow(row);
}

fn labelOfRow(row: u32) -> u32 {
  return rowLabel;
}
