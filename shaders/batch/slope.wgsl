// The gradient dy[R,C] of a norm's output.

@group(0) @binding(0) var<storage, read> normSlope: array<vec4f>;
