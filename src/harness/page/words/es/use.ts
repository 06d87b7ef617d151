/** Spanish texts. */
export const use = {} as const;
