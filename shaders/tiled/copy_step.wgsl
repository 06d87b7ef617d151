// beginCopy for tiled/rows: copies the step's clock and indices for tiled/updates, whose first workgroup writes the next
// ones, see tiled/ticking. Each group copies the indices of its rows.

struct StepCopy {
  @size(256) clock: Clock,
  indices: array<vec2u>,
}

@group(0) @binding(0) var<storage, read_write> stepCopy: StepCopy;

fn beginCopy(group: u32, lane: u32) {
  if (lane == 32u) {
    stepCopy.indices[group] = select(indices[group / 2u].xy, indices[group / 2u].zw, group % 2u == 1u);
  }
  if (group == 0u && lane == 64u) {
    stepCopy.clock = clock;
  }
}
