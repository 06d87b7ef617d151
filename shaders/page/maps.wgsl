// The feature maps of one image as pictures: a block of them for each layer, directly from the buffer in which the layers' outputs
// are one behind the other:
//
//   colour(layer, channel, y, x) = signed(outputs[first + (y · width + x) · channels + channel] / max over the layer |outputs|)
//
// `peak` finds the maxima, with one workgroup per layer.

struct Block {
  // Where its pictures begin on the canvas, and how many are side by side.
  top: u32,
  columns: u32,
  // Pixels of the canvas for a pixel of the map.
  scale: u32,
  // Where its outputs begin, and their shape.
  first: u32,
  height: u32,
  width: u32,
  channels: u32,
  padding: u32,
}

@group(0) @binding(1) var<storage, read> outputs: array<f32>;
@group(0) @binding(2) var<storage, read> blocks: array<Block>;
@group(0) @binding(3) var<storage, read_write> peaks: array<f32>;
@group(0) @binding(4) var<storage, read> found: array<f32>;

const THREADS = 256u;

var<workgroup> most: array<f32, THREADS>;

@compute @workgroup_size(THREADS)
fn peak(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let block = blocks[group.x];
  let count = block.height * block.width * block.channels;
  var own = 0.0;
  for (var i = thread; i < count; i += THREADS) {
    own = max(own, abs(outputs[block.first + i]));
  }
  most[thread] = own;
  for (var half = THREADS / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (thread < half) {
      most[thread] = max(most[thread], most[thread + half]);
    }
  }
  if (thread == 0u) {
    peaks[group.x] = most[0];
  }
}

@fragment
fn colour(@builtin(position) position: vec4f) -> @location(0) vec4f {
  let at = vec2u(position.xy);
  for (var i = 0u; i < screen.count; i++) {
    let block = blocks[i];
    let size = vec2u(block.width, block.height) * block.scale;
    let cell = size + screen.gap;
    let place = vec2u(at.x, at.y - block.top) / cell;
    let within = vec2u(at.x, at.y - block.top) % cell;
    let channel = place.y * block.columns + place.x;
    let outside = at.y < block.top || place.x >= block.columns || channel >= block.channels;
    if (outside || within.x >= size.x || within.y >= size.y) {
      continue;
    }
    let pixel = within / block.scale;
    let index = (pixel.y * block.width + pixel.x) * block.channels + channel;
    return signed(outputs[block.first + index] / max(found[i], 1e-30));
  }
  return screen.ground;
}
