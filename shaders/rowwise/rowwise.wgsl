// y[M,N] = rowElement(row, c4), row by row: beginRow, rowElement and the store are linked. One invocation per row, which
// takes its elements in order, so that sums have one order.

@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < 4u * M4) {
    beginStore();
    beginRow(id.x);
    for (var c4 = 0u; c4 < N4; c4++) {
      store(id.x, c4, rowElement(id.x, c4));
    }
  }
}
