// labelOfRow(row): the class of the row, from batchLabels[BATCH] that another dispatch gathered.

@group(0) @binding(0) var<storage, read> batchLabels: array<u32>;

fn labelOfRow(row: u32) -> u32 {
  return batchLabels[row];
}
