import type { CompletionItem } from 'vscode-languageserver/node';
import { CompletionRequest, CompletionResolveRequest } from 'vscode-languageserver/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Session } from './harness.ts';
import { connect, place } from './harness.ts';

let session: Session;
beforeAll(async () => void (session = await connect()));
afterAll(() => session.close());

/** What is offered at the `|` of a text. */
async function offers(marked: string): Promise<CompletionItem[]> {
  const at = marked.indexOf('|');
  const doc = await session.open(marked.slice(0, at) + marked.slice(at + 1));
  const answer = await doc.request(CompletionRequest.type, {
    position: doc.document.positionAt(at),
  });
  return Array.isArray(answer) ? answer : [];
}

const labels = async (marked: string) => (await offers(marked)).map(({ label }) => label);

/** The text after the item called `label` is taken, snippets left as they are. */
async function taken(marked: string, label: string): Promise<string> {
  const item = (await offers(marked)).find((offer) => offer.label === label);
  if (!item?.textEdit || !('range' in item.textEdit)) throw new Error(`${label} isn't offered`);
  const doc = await session.open(marked.replace('|', ''));
  return doc.apply([{ range: item.textEdit.range, newText: item.textEdit.newText }]);
}

describe('completion', () => {
  it('offers FROM and ARG in an empty file, and everything after FROM', async () => {
    expect(new Set((await offers('|')).map(({ detail }) => detail))).toEqual(
      new Set(['FROM', 'ARG']),
    );
    expect(await labels('FROM a\n|')).toContain('HEALTHCHECK NONE');
  });

  it.each([
    ['FROM a\nru|', 'run command'],
    ['FROM a\nRU|', 'RUN command'],
    ['from a\nrun b\n|', 'run command'],
    ['FROM a\nRUN b\n|', 'RUN command'],
    ['FROM a\nONBUILD CO|', 'COPY source dest'],
  ])('follows the case of what is typed or of the file: %j offers %s', async (marked, label) => {
    expect(await labels(marked)).toContain(label);
  });

  it.each<[string, string[]]>([
    ['FROM a\nRUN --|', ['--mount', '--network', '--security', '--device']],
    ['FROM a\nRUN |', ['--mount']],
    ['FROM a\nCOPY --|', ['--from', '--chown', '--chmod', '--link', '--parents', '--exclude']],
    [
      'FROM a\nADD --|',
      ['--keep-git-dir', '--checksum', '--chown', '--chmod', '--link', '--unpack', '--exclude'],
    ],
    ['FROM a\nHEALTHCHECK --|', ['--start-interval', '--retries']],
    ['FROM --|', ['--platform']],
    ['FROM a\nRUN --network=|', ['default', 'none', 'host']],
    ['FROM a\nRUN --security=in|', ['insecure']],
    ['FROM a\nRUN --mount=|', ['type', 'target']],
    ['FROM a\nRUN --mount=type=|', ['bind', 'cache', 'tmpfs', 'secret', 'ssh']],
    ['FROM a\nRUN --mount=type=cache,|', ['target', 'sharing', 'id']],
    ['FROM a\nRUN --mount=type=cache,sharing=|', ['shared', 'private', 'locked']],
    ['FROM a AS one\nFROM b AS two\nRUN --mount=from=|', ['one']],
    ['FROM a AS one\nFROM b AS two\nCOPY --from=|', ['one']],
    ['FROM a AS one\nFROM |', ['one', 'scratch', '--platform']],
    ['FROM a AS one\nONBUILD COPY --from=o|', []],
    ['FROM a |', ['AS']],
    ['FROM a\nHEALTHCHECK |', ['CMD', 'NONE']],
    ['FROM a\nSTOPSIGNAL SIGT|', ['SIGTERM']],
    ['FROM a\nEXPOSE 80/|', ['80/tcp', '80/udp']],
    ['FROM a\nARG TARGET|', ['TARGETPLATFORM', 'TARGETARCH']],
    ['FROM a\nWORKDIR /srv\nCOPY x |', ['/srv']],
    ['ARG V=1\nFROM a:$|', ['V', 'TARGETPLATFORM', 'HTTP_PROXY']],
    ['FROM a\nENV HOME_DIR=/x\nRUN cd ${HO|', ['HOME_DIR']],
    ['FROM a AS one\nARG X\nFROM one\nRUN $|', ['X']],
    ['#|', ['syntax', 'escape', 'check']],
    ['# syn|', ['syntax']],
    ['# syntax=|', ['docker/dockerfile:1']],
    ['FROM a\nRUN x \\\n  $HTTP|', ['HTTP_PROXY']],
  ])('%j offers %j', async (marked, expected) => {
    const found = await labels(marked);
    for (const label of expected) expect(found).toContain(label);
    if (expected.length === 0) expect(found).toEqual([]);
  });

  it.each([
    ['FROM a\n# a comment RU|', 'RUN command'],
    ['FROM a\nRUN <<EOF\nRU|\nEOF', 'RUN command'],
    ['FROM a\nCOPY --link --|', '--link'],
    ['FROM a\nRUN echo --|', '--mount'],
    ['FROM a AS one\nCOPY --from=|', 'one'],
    ['FROM a\nENV A=1\nFROM b\nRUN $|', 'A'],
    ['FROM a\nENV A=\\$|', 'HTTP_PROXY'],
    ['FROM a\n# not a directive syn|', 'syntax'],
    ['FROM a\nRUN --mount=type=ssh,|', 'sharing'],
    ['FROM a\nRUN x \\\n  |', 'RUN command'],
    ['FROM a\nRUN x \\\n|', 'RUN command'],
  ])('%j does not offer %s', async (marked, label) => {
    expect(await labels(marked)).not.toContain(label);
  });

  it.each([
    ['FROM a\nRUN --mou|', '--mount', 'FROM a\nRUN --mount='],
    [
      'FROM a\nRUN --mount=type=ca|,target=/x y',
      'cache',
      'FROM a\nRUN --mount=type=cache,target=/x y',
    ],
    ['FROM a\nENV B=1\nENV A=${B|', 'B', 'FROM a\nENV B=1\nENV A=${B}'],
    ['FROM a\nENV B=1\nENV A=x$|', 'B', 'FROM a\nENV B=1\nENV A=x$B'],
    ['FROM a\nCOPY --li|', '--link', 'FROM a\nCOPY --link'],
    ['#sy|', 'syntax', '#syntax='],
  ])('%j with %s taken is %j', async (marked, label, expected) => {
    expect(await taken(marked, label)).toBe(expected);
  });

  it('documents an item when asked to', async () => {
    const item = (await offers('FROM a\nRUN --mou|'))[0];
    const resolved = await session.connection.sendRequest(
      CompletionResolveRequest.type,
      item as CompletionItem,
    );
    expect(resolved.documentation).toMatchObject({
      kind: 'markdown',
      value: expect.stringContaining('cache'),
    });
  });

  it('offers no snippets to a client that takes none', async () => {
    const plain = await connect({ capabilities: {} });
    const doc = await plain.open('FROM a\nCO');
    const answer = await doc.request(CompletionRequest.type, {
      position: place(doc.document, 'CO', true),
    });
    await plain.close();
    expect(answer).toMatchObject([
      { label: 'COPY', insertTextFormat: 1, textEdit: { newText: 'COPY' } },
    ]);
  });
});
