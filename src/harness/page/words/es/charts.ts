/** Spanish texts. */
export const charts = {} as const;
