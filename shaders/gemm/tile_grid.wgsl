// tileAt: which tile of C a workgroup makes, where the grid is the tiles themselves.

fn tileAt(workgroup: vec3u) -> vec2u {
  return workgroup.xy;
}
