import { SignatureHelpRequest } from 'vscode-languageserver/node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { INSTRUCTIONS } from '../../src/lsp/server/data/instructions.ts';
import { SIGNATURES } from '../../src/lsp/server/data/signatures.ts';
import type { Session } from './harness.ts';
import { connect } from './harness.ts';

let session: Session;
beforeAll(async () => void (session = await connect()));
afterAll(() => session.close());

/** The form at the `|`, and in it the part that is being written. */
async function help(marked: string): Promise<[label: string, part: string] | undefined> {
  const at = marked.indexOf('|');
  const doc = await session.open(marked.slice(0, at) + marked.slice(at + 1));
  const position = doc.document.positionAt(at);
  const found = await doc.request(SignatureHelpRequest.type, { position });
  const signature = found?.signatures[found.activeSignature ?? 0];
  if (!signature) return undefined;
  const [start, end] = (signature.parameters?.[found?.activeParameter ?? 0]?.label ?? [0, 0]) as [
    number,
    number,
  ];
  return [signature.label, signature.label.slice(start, end)];
}

it('has the forms of every instruction', () => {
  expect(Object.keys(SIGNATURES).sort()).toEqual(Object.keys(INSTRUCTIONS).sort());
});

const COPY = 'COPY [--flag …] source … dest';
it.each([
  ['FROM a\nCOPY |', COPY, 'source …'],
  ['FROM a\nCOPY --|', COPY, '[--flag …]'],
  ['FROM a\nCOPY --chown=a| x y', COPY, '[--flag …]'],
  ['FROM a\nCOPY x| y', COPY, 'source …'],
  ['FROM a\nCOPY x y|', COPY, 'dest'],
  ['FROM a\nCOPY x y| z', COPY, 'source …'],
  ['FROM a\nCOPY ["x", "y|"]', 'COPY [--flag …] [ source …, dest ]', 'dest'],
  ['FROM a AS| b', 'FROM [--flag …] image AS name', 'AS'],
  ['FROM a\nCMD ["x", "|"]', 'CMD [ "executable", "parameter" … ]', '"parameter" …'],
  ['FROM a\nCMD x y|', 'CMD command', 'command'],
  ['FROM a\nHEALTHCHECK --interval=|1s CMD x', 'HEALTHCHECK [--flag …] CMD command', '[--flag …]'],
  ['FROM a\nHEALTHCHECK CMD x|', 'HEALTHCHECK [--flag …] CMD command', 'command'],
  ['FROM a\nHEALTHCHECK NONE|', 'HEALTHCHECK [--flag …] NONE', 'NONE'],
  ['FROM a\nONBUILD COPY x y|', COPY, 'dest'],
  ['FROM a\nONBUILD |', 'ONBUILD instruction', 'instruction'],
  ['FROM a\nENV A=1 \\\n  # why\n  B=2|', 'ENV key=value …', 'key=value …'],
  ['FROM a\nRUN --mount=type=tmpfs,size=1|m x', '--mount=type=tmpfs,', '[size=…]'],
  ['FROM a\nRUN --mount=type=ssh,| x', '--mount=type=ssh,', ''],
  ['# escape=|`\nFROM a\n', '# escape=` | \\', '` | \\'],
])('%j is %s, at %s', async (marked, label, part) => {
  const found = await help(marked);
  expect(found?.[0].startsWith(label)).toBe(true);
  expect(found?.[1]).toBe(part);
});

it.each([
  'FROM a\nFO|O x\n',
  'FROM a\nFOO |x\n',
  'FROM a\nRUN <<E\nx |\nE\n',
  '# a |\nFROM a\n',
  '|',
])('%j has none', async (marked) => {
  expect(await help(marked)).toBeUndefined();
});
