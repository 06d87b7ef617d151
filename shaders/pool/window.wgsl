// Windows over the pixels of images [IN_Y, IN_X]: window (oy, ox) of [OUT_Y, OUT_X] has KERNEL_Y × KERNEL_X taps, at
//   (oy · STRIDE_Y + ty · DILATION_Y − PADDING_Y, ox · STRIDE_X + tx · DILATION_X − PADDING_X)
// Taps outside of the image do not count.

override IN_Y: u32;
override IN_X: u32;
override OUT_Y: u32;
override OUT_X: u32;
override KERNEL_Y: u32;
override KERNEL_X: u32;
override STRIDE_Y: u32;
override STRIDE_X: u32;
override PADDING_Y: u32;
override PADDING_X: u32;
override DILATION_Y: u32;
override DILATION_X: u32;
override SPAN_Y = (KERNEL_Y - 1u) * DILATION_Y + 1u;
override SPAN_X = (KERNEL_X - 1u) * DILATION_X + 1u;

/// The first window with a tap at or behind a padded place.
fn firstWindow(at: u32, span: u32, stride: u32) -> u32 {
  return (max(at + 1u, span) - span + stride - 1u) / stride;
}
