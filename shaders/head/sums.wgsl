// writeRow for head/head: a row's loss and whether it is a hit (metrics/hit), as losses[BATCH] (f32) and, from word
// HITS_AT on, hits[BATCH] (u32) of one range: with two bindings there would be nine.

override HITS_AT: u32;

@group(0) @binding(0) var<storage, read_write> rowSums: array<u32>;

fn writeRow(row: u32, loss: f32) {
  rowSums[row] = bitcast<u32>(loss);
  rowSums[HITS_AT + row] = hitOf(row);
}
