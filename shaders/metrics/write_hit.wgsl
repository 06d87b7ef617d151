// writeHit: hits[row] = 1 where the largest output of the row is its class, else 0;
// padding rows get 0.

@group(0) @binding(0) var<storage, read_write> hits: array<u32>;

fn writeHit(row: u32) {
  hits[row] = u32(row < BATCH && largestOfRow(row) == labelOfRow(row));
}
