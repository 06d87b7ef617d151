/** Spanish texts. */
export const data = {} as const;
