/** Spanish texts. */
export const train = {} as const;
