// trimPixels where the pixels of an image are a multiple of 4.

fn trimPixels(value: vec4f, pixel4: u32) -> vec4f {
  return value;
}
