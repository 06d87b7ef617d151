/** Spanish texts. */
export const learn = {} as const;
