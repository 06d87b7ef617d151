/** Spanish texts. */
export const settings = {} as const;
