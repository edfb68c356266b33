import { expect, it, onTestFinished, vi } from 'vitest';
import { createOutput } from '../../../src/lsp/server/cli/output.ts';

it('is written through Node.js’s own streams on Windows, whose consoles need it', () => {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  onTestFinished(() => write.mockRestore());
  const out = createOutput(1, () => {}, 'win32');
  out('“quoted”\n');
  out('\x1b[1mbold\x1b[22m\n');
  expect(write.mock.calls.map(([text]) => String(text))).toEqual([
    '“quoted”\n',
    '\x1b[1mbold\x1b[22m\n',
  ]);
});
