/** What TypeDoc's pages lack for people who use a screen reader or the keyboard, as axe finds it. */
import { load } from 'cheerio';

/**
 * Mends a page.
 *
 * @param {string} html
 * @returns {string}
 */
export function mend(html) {
  const $ = load(html);
  // The content is the page's one main landmark.
  const content = $('.col-content').get(0);
  if (content) content.tagName = 'main';
  // A summary is a button: a link inside of it cannot be reached.
  $('summary a.tsd-anchor-icon').remove();
  // A page of markdown brings its own title, and a path of one step leads nowhere.
  if ($('main h1').length > 1) $('.tsd-page-title h1').remove();
  if ($('.tsd-breadcrumb li').length === 1) $('.tsd-breadcrumb').remove();
  // A level that is left out reads as if a section were missing. The look stays.
  let level = 0;
  for (const heading of $(':is(h1, h2, h3, h4, h5, h6)').get()) {
    const own = Number(heading.tagName.slice(1));
    const fitting = Math.min(own, level + 1);
    if (fitting !== own) $(heading).attr('aria-level', String(fitting));
    level = fitting;
  }
  $('main th:empty').each((_, cell) => {
    cell.tagName = 'td';
  });
  // Code and tables that are wider than the page are scrolled by the arrow keys.
  $('main pre').attr('tabindex', '0');
  $('main table').wrap('<div class="table" tabindex="0" role="group" aria-label="Table"></div>');
  // What stands beside the content, and which list of links is which.
  const sidebar = $('.col-sidebar').attr('aria-label', 'Contents').get(0);
  if (sidebar) sidebar.tagName = 'aside';
  $('#tsd-sidebar-links').attr('aria-label', 'Live');
  $('.site-menu nav.tsd-navigation:not(#tsd-sidebar-links)').attr('aria-label', 'Site');
  $('.page-menu nav').attr('aria-label', 'On this page');
  return $.html();
}
