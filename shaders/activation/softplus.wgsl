// f(x) = log(1 + e^(BETA · x)) / BETA, and x where BETA · x > THRESHOLD;  f′ = 1 / (1 + e^(−BETA · x)), and 1.

override BETA: f32;
override THRESHOLD: f32;

fn activate(x: vec4f) -> vec4f {
  let scaled = BETA * x;
  let soft = (max(scaled, vec4f()) + logOnePlus(exp(-abs(scaled)))) / BETA;
  return select(soft, x, scaled > vec4f(THRESHOLD));
}

fn activateGradient(dy: vec4f, x: vec4f) -> vec4f {
  let scaled = BETA * x;
  return dy * select(logistic(scaled), vec4f(1.0), scaled > vec4f(THRESHOLD));
}
