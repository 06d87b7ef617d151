// Which rows of the outputs count: the first clock.rows, which the tick sets; a last batch may be partial. All kernels ask
// here, but the tick itself.

fn isRow(row: u32) -> bool {
  return row < clock.rows;
}

/// By how much a row's loss counts in the mean over the batch.
fn rowShare(row: u32) -> f32 {
  return select(0.0, 1.0 / f32(clock.rows), isRow(row));
}
