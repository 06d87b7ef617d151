// targetAt gathered through indices: the samples' own features (an autoencoder's), or their values.

override TARGET_COLUMN4_COUNT: u32;

fn targetAt(row: u32, column4: u32) -> vec4f {
  return trimFeatures(featuresAt(indices[row / 4u][row % 4u] * TARGET_COLUMN4_COUNT + column4), column4);
}
