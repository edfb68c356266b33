import { expect, it } from 'vitest';
import { EngineError } from '../../../src/engine/errors.ts';

it('an error shows what others say as text', () => {
  const said = 'denied: [Sign in](command:workbench.action.quit)\n\u001b[2J\u202Egnp.exe';
  const { message } = new EngineError('forbidden', said, { detail: said });
  expect(message).toBe(
    'denied: [Sign in] (command:workbench.action.quit) \\u001b[2J\\u202egnp.exe',
  );
  // Passed on, it stays as it is.
  expect(new EngineError('forbidden', message).message).toBe(message);
});
