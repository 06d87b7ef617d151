/**
 * Before the page is drawn for the first time: whether this is somebody's first visit. A small script of its own that the markup
 * waits for, so that what greets them is there from the first picture on, and moves nothing. Files that are dropped from now on
 * are kept for the page.
 */
import { keepEarlyDrops } from '../data/early-drops.ts';
import { isFirstVisit } from './visits.ts';

if (isFirstVisit(new URLSearchParams(location.search))) {
  document.documentElement.dataset.visit = 'first';
}
keepEarlyDrops();
