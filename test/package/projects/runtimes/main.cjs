const commonJs = require('gradweave');
const data = require('gradweave/data');
const { report } = require('./report.cjs');

Promise.all([import('gradweave'), import('gradweave/data')]).then(([modules, dataModules]) =>
  report(commonJs, data, modules, dataModules),
);
