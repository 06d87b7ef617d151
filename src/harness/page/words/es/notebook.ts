/** Spanish texts. */
export const notebook = {} as const;
