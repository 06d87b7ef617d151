// The gradient of the weight of a depthwise convolution, in parts of SEGMENT lines of the output each:
//   partials[part, tap, c] = Σ over the pixels of its lines of image[sample, reach(tap, y, x), c] · slope[pixel, c]
// in the order of the pixels; gemm/partial_sums adds the parts. One invocation for 4 channels of a tap; the strides count vec4f.
// Grid: x covers N4 invocations, y the taps, padded to a multiple of 4, z the parts.

override KERNEL_WIDTH: u32;
override IMAGE_HEIGHT: u32;
override IMAGE_WIDTH: u32;
override SAMPLE_STRIDE: u32;
override LINE_STRIDE: u32;
override PIXEL_STRIDE: u32;
override SEGMENT: u32;
override LINE_COUNT: u32;
override LINES_EACH: u32;
override LINE_PIXELS: u32;

@group(0) @binding(0) var<storage, read> image: array<vec4f>;
@group(0) @binding(1) var<storage, read> slope: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> partials: array<vec4f>;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= N4 || id.y >= 4u * M4) {
    return;
  }
  let c4 = id.x;
  let tapY = id.y / KERNEL_WIDTH;
  let tapX = id.y - tapY * KERNEL_WIDTH;
  // Rows behind the last tap are padding.
  let end = select(0u, min((id.z + 1u) * SEGMENT, LINE_COUNT), id.y < M);
  var sum = vec4f();
  for (var line = id.z * SEGMENT; line < end; line++) {
    let sample = line / LINES_EACH;
    let fromY = reachY(vec4u(line - sample * LINES_EACH), vec4u(tapY)).x;
    if (fromY < IMAGE_HEIGHT) {
      let imageLine = sample * SAMPLE_STRIDE + fromY * LINE_STRIDE + c4;
      for (var x = 0u; x < LINE_PIXELS; x++) {
        let fromX = reachX(vec4u(x), vec4u(tapX)).x;
        if (fromX < IMAGE_WIDTH) {
          sum += image[imageLine + fromX * PIXEL_STRIDE] * slope[(line * LINE_PIXELS + x) * N4 + c4];
        }
      }
    }
  }
  partials[(id.z * 4u * M4 + id.y) * N4 + c4] = sum;
}
