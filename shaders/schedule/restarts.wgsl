// A cosine from 1 to TO in LENGTH steps, then again in LENGTH · GROWTH steps, and so on (Loshchilov and Hutter 2017).

override TO: f32;
override LENGTH: u32;
override GROWTH: u32;

fn factor(step: u32) -> f32 {
  var at = step;
  var length = LENGTH;
  if (GROWTH == 1u) {
    at %= length;
  }
  // The second condition keeps the length within 32 bits.
  while (at >= length && length <= 0xffffffffu / GROWTH) {
    at -= length;
    length *= GROWTH;
  }
  return TO + (1.0 - TO) * shape(f32(length - min(at, length)) / f32(length));
}
