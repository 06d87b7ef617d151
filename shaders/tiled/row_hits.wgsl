// hitOfRow for tiled/ticking: 1 if the row's largest output is its class.

override HITS_AT: u32; // in vec4 of the step's tensors

fn hitOfRow(row: u32) -> u32 {
  return stored[HITS_AT + row / 4u][row % 4u];
}
