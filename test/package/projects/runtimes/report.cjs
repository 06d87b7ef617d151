/** What two ways of loading the package have in common. */
exports.report = async (a, dataA, b, dataB) => {
  let thrown;
  try {
    a.linear(0, 1);
  } catch (error) {
    thrown = error;
  }
  const wanting = await a.Engine.create({ gpu: { requestAdapter: async () => null } }).catch(
    (error) => error,
  );
  console.log(
    JSON.stringify({
      error: thrown instanceof b.OptionError,
      engine: a.Engine === b.Engine,
      data: dataA.builtInGarments === dataB.builtInGarments,
      wanting: wanting.name,
    }),
  );
};
