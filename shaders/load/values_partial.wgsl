// featuresAt(i): four neighbouring elements of values[samples, VALUES], row by row without padding.
// Beyond the end of a row it repeats the last element, which trimFeatures sets to zero.

override VALUES: u32;

@group(0) @binding(0) var<storage, read> values: array<f32>;

fn featuresAt(i: u32) -> vec4f {
  let columns4 = (VALUES + 3u) / 4u;
  let first = i / columns4 * VALUES;
  let at = first + min(vec4u(4u * (i % columns4)) + vec4u(0u, 1u, 2u, 3u), vec4u(VALUES - 1u));
  return vec4f(values[at.x], values[at.y], values[at.z], values[at.w]);
}
