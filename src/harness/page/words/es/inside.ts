/** Spanish texts. */
export const inside = {} as const;
