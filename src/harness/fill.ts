/** What fills the places of a text, `{name}`, in. */
export type Values = Readonly<Record<string, string | number>>;

/** Fills the places of a text. A place without a value stays as it is. */
export const fill = (text: string, values: Values = {}): string =>
  text.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
