import { say } from '../words/words.ts';

/** Copies the address that repeats a run, and says so. */
export async function copyLink(query: string, report: (text: () => string) => void): Promise<void> {
  const link = `${location.origin}${location.pathname}?${query}`;
  try {
    await navigator.clipboard.writeText(link);
    report(() => say('Link copied.'));
  } catch {
    report(() => say('The browser does not allow copying. The link: {link}', { link }));
  }
}
