// The mean of the gradients of EVERY batches, so far: their sum since the last update, which is kept, times SHARE = 1 / EVERY.
// It begins again after each update.

override EVERY: u32;
override SHARE: f32;

@group(0) @binding(0) var<storage, read_write> accumulated: array<vec4f>;

var<private> isFirst: bool;

fn beginElement() {
  isFirst = clock.step % EVERY == 0u;
}

fn element(x: vec4f, i: u32, row: u32, column4: u32) -> vec4f {
  let sum = select(accumulated[i] + x, x, isFirst);
  accumulated[i] = sum;
  return sum * SHARE;
}
