// tileAt for gemm/tiled if one dispatch computes the weight gradients of all layers. Workgroups are
// numbered layer by layer, and within a layer by rows of tiles. For layer l the product is
//   [W_l; b_l]′ [M, N] = [H_(l−1) | 1]ᵀ [M, K] · dZ_l [K, N],   K the batch, N = WIDTH_l
// with M − 1 the width of layer l − 1 padded to a multiple of 4. M and N depend on the layer, so they
// are variables here and not constants as in gemm/shape; K is the same for all.

override K: u32;
override K4 = (K + 3u) / 4u;
override TILES_1: u32; // tiles of layers 1 … l
override TILES_2: u32;
override TILES_3: u32;

var<private> updated: u32; // the layer of this workgroup
var<private> M4: u32;
var<private> N4: u32;

fn tileAt(id: vec3u) -> vec2u {
  let ends = vec4u(TILES_1, TILES_2, TILES_3, 0xffffffffu);
  updated = 1u + u32(id.x >= ends.x) + u32(id.x >= ends.y) + u32(id.x >= ends.z);
  M4 = width4Of(updated - 1u) + 1u;
  N4 = width4Of(updated);
  let tile = id.x - vec4u(0u, ends.xyz)[updated - 1u];
  let across = (N4 + COLUMNS4 - 1u) / COLUMNS4;
  return vec2u(tile % across, tile / across);
}
