// The second moment, in the layout of the parameters: Adam's v.

@group(0) @binding(0) var<storage, read_write> moment2: array<vec4f>;
