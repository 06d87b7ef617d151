/** The page in Spanish. */
import type { Table } from '../words.ts';
import { app } from './app.ts';
import { charts } from './charts.ts';
import { checks } from './checks.ts';
import { classes } from './classes.ts';
import { data } from './data.ts';
import { errors } from './errors.ts';
import { inside } from './inside.ts';
import { insideTable } from './inside-table.ts';
import { join } from './join.ts';
import { learn } from './learn.ts';
import { notebook } from './notebook.ts';
import { settings } from './settings.ts';
import { train } from './train.ts';
import { use } from './use.ts';

export const spanish: Table = {
  ...app,
  ...charts,
  ...checks,
  ...classes,
  ...data,
  ...errors,
  ...inside,
  ...insideTable,
  ...join,
  ...learn,
  ...notebook,
  ...settings,
  ...train,
  ...use,
};
