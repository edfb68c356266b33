import { CompletionRequest } from 'vscode-languageserver/node';
import { describe, expect, it } from 'vitest';
import { CAPABILITIES, connect, place } from './harness.ts';

describe('completion, as a client can take it,', () => {
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

  it.each([
    [
      'FROM a AS base\nFROM b\nCOPY --from=b|uild x y',
      'base',
      '--from=baseuild x',
      '--from=base x',
    ],
    ['FROM a\nCOPY --ch|own=a b c', '--chmod', '--chmod=own=a b', '--chmod=a b'],
    ['FROM a\nRUN --mount=type=ca|che,id=x y', 'cache', 'type=cacheche,id', 'type=cache,id'],
    ['FROM a\nENV B=1 BC=2\nRUN $B|C/x', 'B', 'RUN $B/x', 'RUN $B/x'],
    ['FROM a\nENV B=1\nRUN $B|/x', 'B', 'RUN $B/x', 'RUN $B/x'],
    ['FROM a\nCO|PY x y', 'COPY', 'COPY x y', 'COPY x y'],
    ['FROM a\nEXPOSE 80/|tcp 90', '80/udp', '80/udptcp 90', '80/udp 90'],
  ])('lets people insert or replace at %j: %s', async (marked, label, inserted, replaced) => {
    const { completion } = CAPABILITIES.textDocument ?? {};
    const choosing = await connect({
      capabilities: {
        textDocument: {
          completion: {
            ...completion,
            completionItem: { ...completion?.completionItem, insertReplaceSupport: true },
          },
        },
      },
    });
    const at = marked.indexOf('|');
    const doc = await choosing.open(marked.replace('|', ''));
    const answer = await doc.request(CompletionRequest.type, {
      position: doc.document.positionAt(at),
    });
    await choosing.close();
    const items = Array.isArray(answer) ? answer : (answer?.items ?? []);
    const edit = items.find((item) => item.label === label)?.textEdit;
    if (!edit) throw new Error(`${label} isn't offered`);
    const { newText } = edit;
    const [first, second] =
      'range' in edit ? [edit.range, edit.range] : [edit.insert, edit.replace];
    expect(doc.apply([{ range: first, newText }])).toContain(inserted);
    expect(doc.apply([{ range: second, newText }])).toContain(replaced);
  });
});
