// writeHit: hits[row], see metrics/hit. Padding rows get 0.

@group(0) @binding(0) var<storage, read_write> hits: array<u32>;

fn writeHit(row: u32) {
  hits[row] = hitOf(row);
}
