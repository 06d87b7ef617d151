// featuresAt(i): four neighbouring values of the caller's function
//   fn valueAt(sample: u32, column: u32) -> f32
// with FUNCTION_COLUMN4_COUNT · 4 columns. trimFeatures sets the values beyond the last column to
// zero.

override FUNCTION_COLUMN4_COUNT: u32;

fn featuresAt(i: u32) -> vec4f {
  let sample = i / FUNCTION_COLUMN4_COUNT;
  let column = 4u * (i % FUNCTION_COLUMN4_COUNT);
  return vec4f(
    valueAt(sample, column),
    valueAt(sample, column + 1u),
    valueAt(sample, column + 2u),
    valueAt(sample, column + 3u)
  );
}
