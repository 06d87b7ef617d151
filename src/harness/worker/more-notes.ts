/** Said if a run goes on from its stored weights. */
export const ANEW =
  'The page no longer has the state of the optimizer: it starts anew, from the stored weights.';
