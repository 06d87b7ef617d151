// [L,C]: the sum of the rows of dy[SAMPLES · TIME, C] that are at a position, sample by sample; 0 for positions from TIME on.

override SAMPLES: u32;
override TIME: u32;

@group(0) @binding(0) var<storage, read> slope: array<vec4f>;

fn elementAt(i: u32, row: u32, column4: u32) -> vec4f {
  var sum = vec4f();
  if (row < TIME) {
    for (var sample = 0u; sample < SAMPLES; sample++) {
      sum += slope[(sample * TIME + row) * COLUMN4_COUNT + column4];
    }
  }
  return sum;
}
