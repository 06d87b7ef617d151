/** The page's entry: the app for people, or a task for whoever drives the page. See protocol.ts. */
import { openApp } from './page/app.ts';

const query = new URLSearchParams(location.search);
if (query.get('report') === 'json') {
  // A script of its own: all tasks, which people who look at the page don't need on its thread.
  const { report }: typeof import('./report.ts') = await import(
    new URL('./report.js', import.meta.url).href
  );
  await report(query);
} else {
  openApp(query);
}
