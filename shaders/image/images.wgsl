// [R,C]: the images of the batch, bytes [IMAGE_Y, IMAGE_X, CHANNELS] gathered through indices[BATCH_COUNT], or a part
// [PART_Y, PART_X] of each, as floats:
//   byte / 255 · SCALE + SHIFT for each channel: for (x − mean) / deviation 1 / deviation and −mean / deviation
// A row is an image, or a pixel of it (IMAGE_ROWS rows of IMAGE_COLUMNS). Where a pixel comes from, its brightness and
// whether it is cut out is linked: image/as_is or image/augment.

override IMAGE_Y: u32;
override IMAGE_X: u32;
override PART_Y: u32;
override PART_X: u32;
override CHANNELS: u32;
override IMAGE_ROWS: u32;
override IMAGE_COLUMNS: u32;
override BATCH_COUNT: u32;
override SCALE_0: f32;
override SCALE_1: f32;
override SCALE_2: f32;
override SCALE_3: f32;
override SHIFT_0: f32;
override SHIFT_1: f32;
override SHIFT_2: f32;
override SHIFT_3: f32;
override PART_SIZE = PART_Y * PART_X * CHANNELS;
override IMAGE_WORDS = (IMAGE_Y * IMAGE_X * CHANNELS + 3u) / 4u;

@group(0) @binding(0) var<storage, read> pixels: array<u32>;

fn imageValue(sample: u32, element: u32) -> f32 {
  let e = min(element, PART_SIZE - 1u);
  let channel = e % CHANNELS;
  let own = vec2i(i32(e / CHANNELS / PART_X), i32(e / CHANNELS % PART_X));
  let at = sourceOf(own);
  // Above and left of the image this is a large number.
  let place = vec2u(at);
  var shade = 0.0;
  if (place.x < IMAGE_Y && place.y < IMAGE_X) {
    let byte = (place.x * IMAGE_X + place.y) * CHANNELS + channel;
    shade = f32((pixels[sample * IMAGE_WORDS + byte / 4u] >> (8u * (byte % 4u))) & 255u) / 255.0;
  }
  let scale = vec4f(SCALE_0, SCALE_1, SCALE_2, SCALE_3)[channel];
  let shift = vec4f(SHIFT_0, SHIFT_1, SHIFT_2, SHIFT_3)[channel];
  return select(shaded(shade) * scale + shift, 0.0, isCut(own));
}

fn elementAt(i: u32, row: u32, column4: u32) -> vec4f {
  let image = min(row / IMAGE_ROWS, BATCH_COUNT - 1u);
  let sample = indices[image / 4u][image % 4u];
  let e = row % IMAGE_ROWS * IMAGE_COLUMNS + 4u * column4;
  beginImage(image);
  return vec4f(
    imageValue(sample, e),
    imageValue(sample, e + 1u),
    imageValue(sample, e + 2u),
    imageValue(sample, e + 3u)
  );
}
