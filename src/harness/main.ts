/** The page's entry: the app for people, lending the GPU to a sweep, or one task for a driver. See protocol.ts. */
import { openApp } from './page/app.ts';
import { openLanguage } from './page/words/language.ts';

const query = new URLSearchParams(location.search);
if (query.get('report') === 'json') {
  // A separate script with all tasks, which the app does not need on this thread.
  const { report }: typeof import('./report.ts') = await import(
    new URL('./report.js', import.meta.url).href
  );
  await report(query);
} else if (query.has('worker')) {
  // What lends the GPU to a sweep, which others do not need.
  await openLanguage(query);
  const { openJoin } = await import('./join/main.ts');
  openJoin(new URL(location.href));
} else {
  await openLanguage(query);
  openApp(query);
}
