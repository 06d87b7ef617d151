// store: element(C), in rows without padding, to a buffer of the caller:
// packed[PACKED_ROWS, PACKED_COLUMNS].

override PACKED_ROWS: u32;
override PACKED_COLUMNS: u32;

@group(0) @binding(0) var<storage, read_write> packed: array<f32>;

fn store(row: u32, n4: u32, value: vec4f) {
  if (row >= PACKED_ROWS) {
    return;
  }
  let h = element(value, row * N4 + n4, row, n4);
  let column = 4u * n4;
  let at = row * PACKED_COLUMNS + column;
  if (column < PACKED_COLUMNS) {
    packed[at] = h.x;
  }
  if (column + 1u < PACKED_COLUMNS) {
    packed[at + 1u] = h.y;
  }
  if (column + 2u < PACKED_COLUMNS) {
    packed[at + 2u] = h.z;
  }
  if (column + 3u < PACKED_COLUMNS) {
    packed[at + 3u] = h.w;
  }
}

fn beginStore() {
  beginElement();
}
