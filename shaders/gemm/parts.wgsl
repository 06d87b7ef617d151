// shareOf for products whose steps along k are divided among the layers (z) of the grid, PART4 blocks of 4 each. The layers'
// results are stored one below the other, see gemm/partial_sums.

override PART4: u32;

fn shareOf(layer: u32) -> vec3u {
  return vec3u(layer * PART4, min(K4, (layer + 1u) * PART4), 4u * M4 * layer);
}
