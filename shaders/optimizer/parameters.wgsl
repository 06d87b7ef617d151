// The range of the parameters that a dispatch updates.

@group(0) @binding(0) var<storage, read_write> parameters: array<vec4f>;
