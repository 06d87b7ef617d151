// Weights as pictures, directly from the parameters' buffer: the pixels of each unit u of a first layer, or the kernel of each
// output channel u for each input channel i of a convolution:
//
//   colour(i, u, pixel) = signed(W[pixel, i, u] / max over pixels and i |W[·, ·, u]|)
//
// W[pixels, inputs, units] row by row, rows `stride` floats apart, with `screen.units` inputs. With one input, pictures follow each
// other line by line; with several, there is a line for each input. Three inputs that are red, green and blue (`screen.channels`
// is 3) are one picture, line by line, with 0 as a medium grey:
//
//   colour(u, pixel) = ½ + ½ · W[pixel, ·, u] / max over pixels and i |W[·, ·, u]|
//
// `peak` finds the maxima, with one invocation per unit.

@group(0) @binding(1) var<storage, read> weights: array<f32>;
@group(0) @binding(2) var<storage, read_write> peaks: array<f32>;
@group(0) @binding(3) var<storage, read> found: array<f32>;

@compute @workgroup_size(64)
fn peak(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= screen.count) {
    return;
  }
  var most = 0.0;
  for (var row = 0u; row < screen.width * screen.width * screen.units; row++) {
    most = max(most, abs(weights[row * screen.stride + id.x]));
  }
  peaks[id.x] = most;
}

@fragment
fn colour(@builtin(position) position: vec4f) -> @location(0) vec4f {
  let place = placeAt(position);
  let lines = screen.units == screen.channels;
  let unit = place.picture + select(0u, place.row * screen.columns, lines);
  let input = select(place.row, 0u, lines);
  if (place.picture == NOWHERE || unit >= screen.count || input >= screen.units) {
    return screen.ground;
  }
  let row = (place.y * screen.width + place.x) * screen.units + input;
  let most = max(found[unit], 1e-30);
  if (screen.channels == 3u) {
    let at = row * screen.stride + unit;
    let w = vec3f(weights[at], weights[at + screen.stride], weights[at + 2u * screen.stride]);
    return rgb(0.5 + 0.5 * w / most);
  }
  return signed(weights[row * screen.stride + unit] / most);
}
