// tileAt: the tile of C that a workgroup computes, if the grid has one workgroup per tile.

fn tileAt(id: vec3u) -> vec2u {
  return id.xy;
}
