import { prepare } from '../../test/run/collect.mjs';

prepare();
