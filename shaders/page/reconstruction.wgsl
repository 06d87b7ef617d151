// An autoencoder's images in three rows, directly from the buffers of a forward pass:
//
//   row 0  the image x, bytes 0 … 255, padded to words
//   row 1  its reconstruction y, 0 … 1, `stride` floats per image
//   row 2  its code: the activations h of the hidden layer as a square, signed(h / (1 + |h|))

@group(0) @binding(1) var<storage, read> images: array<u32>;
@group(0) @binding(2) var<storage, read> outputs: array<f32>;
@group(0) @binding(3) var<storage, read> hidden: array<f32>;

fn imageAt(picture: u32, pixel: u32) -> f32 {
  let words = (screen.width * screen.width + 3u) / 4u;
  let word = images[picture * words + pixel / 4u];
  return f32((word >> (8u * (pixel % 4u))) & 0xffu) / 255.0;
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
  let pixel = place.y * screen.width + place.x;
  if (place.row == 0u) {
    return grey(imageAt(place.picture, pixel));
  }
  if (place.row == 1u) {
    return grey(outputs[place.picture * screen.stride + pixel]);
  }
  return codeAt(place);
}
