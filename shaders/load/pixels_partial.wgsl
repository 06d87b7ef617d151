// trimPixels: zero beyond the PIXELS of an image, whose bytes are stored padded to a multiple of 4.

override PIXELS: u32;

fn trimPixels(value: vec4f, pixel4: u32) -> vec4f {
  return select(vec4f(), value, vec4u(4u * pixel4) + vec4u(0u, 1u, 2u, 3u) < vec4u(PIXELS));
}
