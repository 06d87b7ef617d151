// An autoencoder's images in three rows, directly from the buffers of a forward pass:
//
//   row 0  the image x, bytes 0 … 255, padded to words, `screen.channels` for each pixel
//   row 1  its reconstruction y, 0 … 1, as many numbers for each pixel, `stride` floats per image
//   row 2  its code: the activations h of the hidden layer as a square, signed(h / (1 + |h|))

@group(0) @binding(1) var<storage, read> images: array<u32>;
@group(0) @binding(2) var<storage, read> outputs: array<f32>;
@group(0) @binding(3) var<storage, read> hidden: array<f32>;

fn imageAt(picture: u32, at: u32) -> f32 {
  let words = (screen.width * screen.width * screen.channels + 3u) / 4u;
  let word = images[picture * words + at / 4u];
  return f32((word >> (8u * (at % 4u))) & 0xffu) / 255.0;
}

// Number `at` of an image, or of its reconstruction.
fn numberAt(place: Place, at: u32) -> f32 {
  if (place.row == 0u) {
    return imageAt(place.picture, at);
  }
  return outputs[place.picture * screen.stride + at];
}

fn codeAt(place: Place) -> vec4f {
  let across = u32(ceil(sqrt(f32(screen.units))));
  let unit = place.y * across / screen.width * across + place.x * across / screen.width;
  if (unit >= screen.units) {
    return screen.none;
  }
  let h = hidden[place.picture * screen.unitStride + unit];
  return signed(h / (1.0 + abs(h)));
}

@fragment
fn colour(@builtin(position) position: vec4f) -> @location(0) vec4f {
  let place = placeAt(position);
  if (place.picture == NOWHERE || place.picture >= screen.count || place.row > 2u) {
    return screen.ground;
  }
  if (place.row == 2u) {
    return codeAt(place);
  }
  let at = (place.y * screen.width + place.x) * screen.channels;
  if (screen.channels == 3u) {
    return rgb(vec3f(numberAt(place, at), numberAt(place, at + 1u), numberAt(place, at + 2u)));
  }
  return grey(numberAt(place, at));
}
