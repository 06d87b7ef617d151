// clipping[0] = (norm, factor, 0, 0): norm = √Σ sums, over SUM_COUNT sums in a fixed order (64 strided sums, then these in
// order), and the factor of torch.nn.utils.clip_grad_norm_: min(1, LARGEST / (norm + 1e-6)).

override SUM_COUNT: u32;
override LARGEST: f32;

var<workgroup> laneSums: array<f32, 64>;

@group(0) @binding(0) var<storage, read> sums: array<f32>;
@group(0) @binding(1) var<storage, read_write> clipping: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) lane: u32) {
  var sum = 0.0;
  for (var i = lane; i < SUM_COUNT; i += 64u) {
    sum += sums[i];
  }
  laneSums[lane] = sum;
  workgroupBarrier();
  if (lane == 0u) {
    for (var i = 1u; i < 64u; i++) {
      sum += laneSums[i];
    }
    let norm = sqrt(sum);
    let size = norm + 1e-6;
    clipping[0] = vec4f(norm, select(1.0, LARGEST / size, size > LARGEST), 0.0, 0.0);
  }
}
