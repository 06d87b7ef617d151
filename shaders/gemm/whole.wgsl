// shareOf for products whose steps along k are all in one layer of the grid.

fn shareOf(layer: u32) -> vec3u {
  return vec3u(0u, K4, 0u);
}
