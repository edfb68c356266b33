import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('the messages in TypeScript are what `npm run proto` makes of their descriptions', () => {
  const folder = 'src/engine/buildkit/proto';
  const out = mkdtempSync(join(tmpdir(), 'stevedore-proto-'));
  try {
    const bin = join(process.cwd(), 'node_modules/.bin');
    execFileSync(
      join(bin, 'buf'),
      ['generate', '--template', join(folder, 'buf.gen.yaml'), folder, '-o', out],
      { env: { ...process.env, PATH: `${bin}:${process.env['PATH']}` } },
    );
    const generated = readdirSync(out);
    expect(generated.length).toBeGreaterThan(3);
    expect(
      readdirSync(folder)
        .filter((name) => name.endsWith('_pb.ts'))
        .toSorted(),
    ).toEqual(generated.toSorted());
    for (const name of generated)
      expect(readFileSync(join(folder, name), 'utf8')).toBe(readFileSync(join(out, name), 'utf8'));
  } finally {
    rmSync(out, { recursive: true });
  }
}, 60_000);
