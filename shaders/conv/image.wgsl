// An image [samples, IMAGE_HEIGHT, IMAGE_WIDTH, channels] in memory, read by a kernel whose taps are KERNEL_WIDTH in a line. The
// strides count floats from one sample, line and pixel to the next.

override KERNEL_WIDTH: u32;
override IMAGE_HEIGHT: u32;
override IMAGE_WIDTH: u32;
override SAMPLE_STRIDE: u32;
override LINE_STRIDE: u32;
override PIXEL_STRIDE: u32;

@group(0) @binding(0) var<storage, read> image: array<f32>;
