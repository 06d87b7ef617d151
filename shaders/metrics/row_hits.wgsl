// hitOfRow from hits[BATCH]: 1 if the row's largest output is its class.

@group(0) @binding(0) var<storage, read> rowHits: array<u32>;

fn hitOfRow(row: u32) -> u32 {
  return rowHits[row];
}
