// writeRow for head/head: a row's loss and its hit (metrics/hit), in one range: losses[BATCH] (f32) and,
// from word HITS_AT, hits[BATCH] (u32). Two bindings would make nine, one too many.

override HITS_AT: u32;

@group(0) @binding(0) var<storage, read_write> rowSums: array<u32>;

fn writeRow(row: u32, loss: f32) {
  rowSums[row] = bitcast<u32>(loss);
  rowSums[HITS_AT + row] = hitOf(row);
}
