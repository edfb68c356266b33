import { expect, test, vi } from 'vitest';
import { panelBuilds } from '../../../src/commands/panelBuilds.ts';
import { loadAnew } from '../support/editor.ts';
import { build } from '../views/samples.ts';

const { read } = vi.hoisted(() => ({ read: [] as string[] }));

vi.mock('vscode', async () => ({
  ...(await import('../support/editor.ts')).EDITOR,
  Uri: { file: (path: string) => path },
  workspace: {
    fs: {
      async readFile(path: string) {
        read.push(path);
        return new TextEncoder().encode('FROM a\n');
      },
    },
  },
}));

loadAnew();

test.each([
  ['of this machine', '/src/Dockerfile', ['/src/Dockerfile']],
  ['in the address that is the context', 'Dockerfile', []],
])(
  'for the layers of an image a Dockerfile %s is read, or not',
  async (_, dockerfile, expected) => {
    read.length = 0;
    const one = build({ image: 'sha256:i', request: { ...build().request, dockerfile } });
    const { layers } = panelBuilds({ list: () => [one] } as unknown as Parameters<
      typeof panelBuilds
    >[0]);
    expect(await layers.linked('sha256:i', [])).toEqual(new Set());
    expect(read).toEqual(expected);
  },
);
