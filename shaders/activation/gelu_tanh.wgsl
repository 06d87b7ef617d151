// f(x) = x · (1 + t) / 2,  f′ = (1 + t) / 2 + x · (1 − t²) · u′ / 2,
// with u = √(2/π) · (x + 0.044715 x³), t = tanh u (Hendrycks and Gimpel 2016, section 2).

const GELU_SCALE = 0.7978845608;
const GELU_CUBIC = 0.044715;

fn geluTanh(x: vec4f) -> vec4f {
  return accurateTanh(GELU_SCALE * x * (1.0 + GELU_CUBIC * x * x));
}

fn activate(x: vec4f) -> vec4f {
  return 0.5 * x * (1.0 + geluTanh(x));
}

fn activateGradient(dy: vec4f, x: vec4f) -> vec4f {
  let t = geluTanh(x);
  let slope = GELU_SCALE * (1.0 + 3.0 * GELU_CUBIC * x * x);
  return dy * 0.5 * (1.0 + t + x * (1.0 - t * t) * slope);
}
