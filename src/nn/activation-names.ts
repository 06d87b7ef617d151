/** The activations that `mlp` knows by name. */
export const ACTIVATIONS = ['relu', 'sigmoid', 'tanh'] as const;
