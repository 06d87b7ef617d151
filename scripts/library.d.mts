/** A module's text without the helper round what is imported by a name that is made. */
export function unwrapped(text: string): string;
