import { SignatureHelpRequest } from 'vscode-languageserver/node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { INSTRUCTIONS } from '../../src/lsp/server/data/instructions.ts';
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
  const part = signature.parameters?.[found?.activeParameter ?? 0]?.label ?? '';
  return [signature.label, typeof part === 'string' ? part : signature.label.slice(...part)];
}

it.each(Object.keys(INSTRUCTIONS))('has the forms of %s', async (name) => {
  expect((await help(`FROM a\n${name} |`))?.[0]).toMatch(new RegExp(`^${name} `));
});

it.each([
  ['FROM a\nCOPY |', 'COPY [flags] source ... dest', 'source'],
  ['FROM a\nCOPY x| y', 'COPY [flags] source ... dest', 'source'],
  ['FROM a\nCOPY x y|', 'COPY [flags] source ... dest', 'dest'],
  ['FROM a\nCOPY ["x", "y|"]', 'COPY [flags] [ "source", ..., "dest" ]', '"dest"'],
  ['FROM a AS| b', 'FROM [flags] baseImage AS stage', 'AS'],
  ['FROM a\nCMD ["x", "|"]', 'CMD [ "executable", "parameter", ... ]', '"parameter"'],
  ['FROM a\nHEALTHCHECK CMD x|', 'HEALTHCHECK [flags] CMD ...', '...'],
  ['FROM a\nONBUILD COPY x y|', 'COPY [flags] source ... dest', 'dest'],
  ['FROM a\nENV A=1 \\\n  # why\n  B=2|', 'ENV key=value', 'value2'],
  ['# escape=`\nFROM a\nCOPY c:\\x `\n  |y', 'COPY [flags] source ... dest', 'dest'],
  ['FROM a\nRUN --mount=type=tmpfs,size=1|m x', '--mount=type=tmpfs,', '[size=…]'],
  [
    'FROM a\nRUN --mount=type=tmpfs,dst=/|x x',
    '--mount=type=tmpfs,[target=…],[size=…],[readonly],[readwrite]',
    '[target=…]',
  ],
  ['FROM a\nRUN --mount=type=ssh,| x', '--mount=type=ssh,', ''],
  ['FROM --platform=li|nux/amd64 a\n', '--platform=…', '…'],
  ['FROM a\nRUN --network=| x', '--network=default | none | host', 'default | none | host'],
  ['FROM a\nONBUILD RUN --security=| x', '--security=sandbox | insecure', 'sandbox | insecure'],
  ['# escape=|`\nFROM a\n', '# escape=` | \\', '` | \\'],
])('%j is %s, at %s', async (marked, label, part) => {
  const found = await help(marked);
  expect(found?.[0].startsWith(label)).toBe(true);
  expect(found?.[1]).toBe(part);
});

it.each([
  ['FROM a\nENV |', ['ENV key=value', 'ENV key=value key2=value2', 'ENV key value']],
  ['FROM a\nLABEL |', ['LABEL key=value', 'LABEL key=value key2=value2', 'LABEL key value']],
  [
    '|FROM ',
    [
      'FROM [flags] baseImage',
      'FROM [flags] baseImage:tag',
      'FROM [flags] baseImage@digest',
      'FROM [flags] baseImage AS stage',
      'FROM [flags] baseImage:tag AS stage',
      'FROM [flags] baseImage@digest AS stage',
    ],
  ],
  [
    'FROM a\nRUN |',
    ['RUN [flags] command parameter ...', 'RUN [flags] [ "command", "parameter", ... ]'],
  ],
])('%j has the forms %j, what is to be written first', async (marked, expected) => {
  const doc = await session.open(marked.replace('|', ''));
  const position = doc.document.positionAt(marked.replace('|', '').length);
  const found = await doc.request(SignatureHelpRequest.type, { position });
  expect(found?.signatures.map(({ label }) => label)).toEqual(expected);
});

it.each([
  ['FROM a\nCOPY --chmod=|755 x y\n', '--chmod=…', /octal/],
  ['FROM a\nADD --checksum=| x y\n', '--checksum=…', /Git/],
  ['FROM a\nHEALTHCHECK --start-interval=| CMD x\n', '--start-interval=…', /Docker 25/],
  ['FROM a\nCOPY --parents=| x y\n', '--parents=true | false', /parent/],
])('%j is about the flag: %s', async (marked, label, doc) => {
  const at = marked.indexOf('|');
  const open = await session.open(marked.replace('|', ''));
  const position = open.document.positionAt(at);
  const found = await open.request(SignatureHelpRequest.type, { position });
  expect(found?.signatures).toHaveLength(1);
  expect(found?.signatures[0]?.label).toBe(label);
  expect(JSON.stringify(found?.signatures[0]?.parameters)).toMatch(doc);
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
