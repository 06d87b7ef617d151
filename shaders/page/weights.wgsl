// The first layer's weights as pictures, one for each unit u, directly from the parameters' buffer:
//
//   colour(u, pixel) = signed(W[pixel, u] / max over pixels |W[·, u]|)
//
// W[pixels, units] row by row, `stride` floats apart. `peak` finds the maxima, with one invocation per unit.

@group(0) @binding(1) var<storage, read> weights: array<f32>;
@group(0) @binding(2) var<storage, read_write> peaks: array<f32>;
@group(0) @binding(3) var<storage, read> found: array<f32>;

@compute @workgroup_size(64)
fn peak(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= screen.count) {
    return;
  }
  var most = 0.0;
  for (var pixel = 0u; pixel < screen.width * screen.width; pixel++) {
    most = max(most, abs(weights[pixel * screen.stride + id.x]));
  }
  peaks[id.x] = most;
}

@fragment
fn colour(@builtin(position) position: vec4f) -> @location(0) vec4f {
  let place = placeAt(position);
  let unit = place.row * screen.columns + place.picture;
  if (place.picture == NOWHERE || unit >= screen.count) {
    return screen.ground;
  }
  let pixel = place.y * screen.width + place.x;
  return signed(weights[pixel * screen.stride + unit] / max(found[unit], 1e-30));
}
