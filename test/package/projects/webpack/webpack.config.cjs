module.exports = {
  mode: 'production',
  entry: './main.mjs',
  output: { path: `${__dirname}/dist`, filename: 'main.js' },
  stats: 'errors-warnings',
  performance: false,
};
