'use client';

import { Engine, linear, Sequential } from 'gradweave';
import { useEffect, useState } from 'react';
import { learn } from '../learn.mjs';

/** On the server first, then in the browser. */
export function Training() {
  const { named } = new Sequential([2], [linear(2, 1)]);
  const [text, setText] = useState('waiting');
  useEffect(() => {
    learn().then(
      (learned) => setText(learned < 0.6 ? 'learned' : String(learned)),
      (error) => setText(String(error)),
    );
  }, []);
  return (
    <output title={typeof Engine.create}>
      {named.length}: {text}
    </output>
  );
}
