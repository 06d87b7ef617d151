/** The page's entry: the app for people, or one task for a driver. See protocol.ts. */
import { openApp } from './page/app.ts';

const query = new URLSearchParams(location.search);
if (query.get('report') === 'json') {
  // A separate script with all tasks, which the app does not need on this thread.
  const { report }: typeof import('./report.ts') = await import(
    new URL('./report.js', import.meta.url).href
  );
  await report(query);
} else {
  openApp(query);
}
