// The rows of x[R,C] in segments of SEGMENT_ROWS, so that many invocations share a sum over a batch. A sample has
// SAMPLE_ROWS rows, such as the pixels of an image. Only the rows of valid samples count.

override SEGMENTS: u32;
override SEGMENT_ROWS: u32;
override SAMPLE_ROWS: u32;
override SEGMENT_COLUMNS4: u32;

fn countedRows() -> u32 {
  return clock.count * SAMPLE_ROWS;
}

/// The first row behind those of a segment that count.
fn segmentEnd(segment: u32) -> u32 {
  return clamp(countedRows(), segment * SEGMENT_ROWS, (segment + 1u) * SEGMENT_ROWS);
}

fn rowsOfSegment(segment: u32) -> f32 {
  return f32(segmentEnd(segment) - segment * SEGMENT_ROWS);
}
