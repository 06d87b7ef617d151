const { linear } = require('gradweave');

exports.refusedByRequire = () => {
  try {
    return linear(0, 1);
  } catch (error) {
    return error;
  }
};
