// tileAt: which tile of C a workgroup makes, where the grid is the tiles themselves.

fn tileAt(id: vec3u) -> vec2u {
  return id.xy;
}
