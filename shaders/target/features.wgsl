// targetAt gathered through indices: the samples' features (for an autoencoder), or their targets.

override TARGET_COLUMN4_COUNT: u32;

fn targetAt(row: u32, column4: u32) -> vec4f {
  return trimFeatures(featuresAt(indices[row / 4u][row % 4u] * TARGET_COLUMN4_COUNT + column4), column4);
}
