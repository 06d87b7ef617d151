import { createRequire } from 'node:module';
import * as modules from 'gradweave';
import * as data from 'gradweave/data';
import { report } from './report.cjs';

const require = createRequire(import.meta.url);
report(modules, data, require('gradweave'), require('gradweave/data'));
