import { OptionError } from 'gradweave';
import { learn } from './learn.mjs';
import { refusedByRequire } from './old.cjs';

if (!(refusedByRequire() instanceof OptionError)) document.title = 'two copies';
else
  learn().then(
    (learned) => {
      document.title = learned < 0.6 ? 'learned' : String(learned);
    },
    (error) => {
      document.title = String(error);
    },
  );
