/** First import of every page of tests: uvu must see these globals before it is loaded. */
import { prepare } from './collect.mjs';
import { limitDevices } from './device.ts';

limitDevices();
prepare();
