// targetAt for an autoencoder: the batch's own images, read from bytes again.

override TARGET_COLUMN4_COUNT: u32;

fn targetAt(row: u32, column4: u32) -> vec4f {
  return trimPixels(pixelsAt(indices[row / 4u][row % 4u] * TARGET_COLUMN4_COUNT + column4), column4);
}
