import { activationForms } from './layers/activations.ts';
import { attentionForms } from './layers/attention.ts';
import { batchNormForms } from './layers/batch-norm.ts';
import { convolutionForms } from './layers/convolution.ts';
import { dropoutForms } from './layers/dropout.ts';
import { embeddingForms } from './layers/embedding.ts';
import { flattenForms } from './layers/flatten.ts';
import type { Form } from './layers/form.ts';
import { linearForms } from './layers/linear.ts';
import { poolForms } from './layers/pool.ts';
import { pool1dForms } from './layers/pool1d.ts';
import { rowForms } from './layers/rows.ts';

/**
 * The form of each kind of layer, by its name in files of models. Only what reads or writes these files imports them.
 * Layers that are made of layers have their forms in model-json.ts.
 */
export const FORMS: ReadonlyMap<string, Form> = /* @__PURE__ */ new Map<string, Form>(
  Object.entries({
    ...activationForms,
    ...attentionForms,
    ...batchNormForms,
    ...convolutionForms,
    ...dropoutForms,
    ...embeddingForms,
    ...flattenForms,
    ...linearForms,
    ...poolForms,
    ...pool1dForms,
    ...rowForms,
  }),
);
