// sums[S, C]: row s is Σ_r x[r,C] over the SEGMENT rows from s · SEGMENT, in order. One invocation per column of vec4.
// Grid: x covers the columns of vec4, y the segments.

override ROW_COUNT: u32;
override COLUMN4_COUNT: u32;
override SEGMENT: u32;

@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> sums: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < COLUMN4_COUNT) {
    var sum = vec4f();
    for (var row = id.y * SEGMENT; row < min(ROW_COUNT, (id.y + 1u) * SEGMENT); row++) {
      sum += x[row * COLUMN4_COUNT + id.x];
    }
    sums[id.y * COLUMN4_COUNT + id.x] = sum;
  }
}
