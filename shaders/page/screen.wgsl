// Common to the page's pictures: one triangle that covers the canvas, and the colours. The page appends
// this file to the file of the picture; the linker is not used.
//
//   signed(x)  −1 … 0 … 1 → the colours of negative values, zero and positive values
//   grey(x)     0 … 1     → black … white
//   rgb(x)      three numbers from 0 to 1 → a colour

struct Screen {
  // Pictures in a row.
  columns: u32,
  // Pixels along the side of a picture, and between two pictures.
  side: u32,
  gap: u32,
  // Number of pictures.
  count: u32,
  // Width of an image, and floats between two rows of the tensor that is shown.
  width: u32,
  stride: u32,
  // Units of the hidden layer and floats between two rows of it, or input channels.
  units: u32,
  unitStride: u32,
  // Numbers of a pixel that is shown: 3 for red, green and blue, else 1.
  channels: u32,
  ground: vec4f,
  negative: vec4f,
  none: vec4f,
  positive: vec4f,
}

@group(0) @binding(0) var<uniform> screen: Screen;

// The picture at a place on the canvas (0xffffffff if none), and the pixel of its image.
struct Place {
  picture: u32,
  row: u32,
  x: u32,
  y: u32,
}

const NOWHERE = 0xffffffffu;

fn placeAt(position: vec4f) -> Place {
  let cell = screen.side + screen.gap;
  let at = vec2u(position.xy);
  let within = at % cell;
  var place: Place;
  place.row = at.y / cell;
  place.picture = at.x / cell;
  if (place.picture >= screen.columns || within.x >= screen.side || within.y >= screen.side) {
    place.picture = NOWHERE;
  }
  place.x = within.x * screen.width / screen.side;
  place.y = within.y * screen.width / screen.side;
  return place;
}

fn signed(x: f32) -> vec4f {
  let end = select(screen.positive, screen.negative, x < 0.0);
  return mix(screen.none, end, min(abs(x), 1.0));
}

fn rgb(x: vec3f) -> vec4f {
  return vec4f(clamp(x, vec3f(), vec3f(1.0)), 1.0);
}

fn grey(x: f32) -> vec4f {
  return vec4f(vec3f(clamp(x, 0.0, 1.0)), 1.0);
}

@vertex
fn corner(@builtin(vertex_index) index: u32) -> @builtin(position) vec4f {
  return vec4f(f32(index & 1u) * 4.0 - 1.0, f32(index >> 1u) * 4.0 - 1.0, 0.0, 1.0);
}
