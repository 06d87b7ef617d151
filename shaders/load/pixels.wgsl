// featuresAt(i): four neighbouring pixels of the data set as floats, byte / 255 · PIXEL_SCALE +
// PIXEL_SHIFT. For (x − mean) / deviation the scale is 1/deviation and the shift −mean/deviation.

override PIXEL_SCALE: f32;
override PIXEL_SHIFT: f32;

@group(0) @binding(0) var<storage, read> pixels: array<u32>;

fn featuresAt(i: u32) -> vec4f {
  return unpack4x8unorm(pixels[i]) * PIXEL_SCALE + PIXEL_SHIFT;
}
