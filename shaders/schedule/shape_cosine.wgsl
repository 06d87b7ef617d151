// Half a cosine: (1 − cos(πv)) / 2 = sin²(πv / 2) for v from 0 to 1. WGSL's cos may be wrong by 2⁻¹¹, and the difference
// would cancel near 0. The Taylor series of the sine (Abramowitz and Stegun 1964, 4.3.65) to v¹³: what it drops is
// below 7e-10.

fn shape(v: f32) -> f32 {
  let x = v * v;
  let high = x * (0.00016044118 + x * (-0.0000035988432 + x * 0.000000056921729));
  let s = v * (1.5707963 + x * (-0.64596410 + x * (0.079692626 + x * (-0.0046817541 + high))));
  return s * s;
}
