// Binary cross-entropy of the logit x against t from 0 to 1, as in torch.nn.BCEWithLogitsLoss, with p = positiveWeightAt:
//   −p · t · log σ(x) − (1 − t) · log(1 − σ(x)),   log σ(x) = −(max(−x, 0) + log(1 + e^−|x|)),   σ(x) = 1 / (1 + e^−x)
// Derivative: (1 − t) · σ(x) − p · t · σ(−x).

fn elementLoss(x: vec4f, t: vec4f, column4: u32) -> vec4f {
  let tail = logOnePlus(exp(-abs(x)));
  let yes = positiveWeightAt(column4) * t * (max(-x, vec4f()) + tail);
  return yes + (1.0 - t) * (max(x, vec4f()) + tail);
}

fn elementSlope(x: vec4f, t: vec4f, column4: u32) -> vec4f {
  return (1.0 - t) * logistic(x) - positiveWeightAt(column4) * t * logistic(-x);
}
