// What an average divides by: the places of a window from FROM to before TO, in an image with padding. With the padding, FROM
// is 0 and TO the padded size; without, they are the image's own edges.

override FROM_Y: u32;
override FROM_X: u32;
override TO_Y: u32;
override TO_X: u32;

fn poolCount(oy: u32, ox: u32) -> f32 {
  let y = min(oy * STRIDE_Y + KERNEL_Y, TO_Y) - max(oy * STRIDE_Y, FROM_Y);
  let x = min(ox * STRIDE_X + KERNEL_X, TO_X) - max(ox * STRIDE_X, FROM_X);
  return f32(y * x);
}
