import { join } from 'node:path';
import type { BuildContext, Fix } from '../rule.ts';

/** Adds patterns that mean just these paths to the context's ignore file, which is made when there is none. */
export async function ignoreFix(
  context: BuildContext,
  paths: readonly string[],
): Promise<readonly Fix[]> {
  const path = context.ignorePath ?? join(context.root, '.dockerignore');
  const name = context.ignoreFile ?? '.dockerignore';
  const text = context.ignoreText ?? '';
  const lines = text.split('\n');
  const last = lines.at(-1) ?? '';
  const patterns = paths.map((one) => `${one.replace(/[*?[\\]/g, String.raw`\$&`)}\n`).join('');
  const [only] = paths;
  return [
    {
      title: paths.length === 1 && only ? `Add ${only} to ${name}` : `Add them to ${name}`,
      edits: [],
      append: {
        path,
        isNew: context.ignorePath === undefined,
        at: { line: lines.length - 1, character: last.length },
        text: `${last === '' ? '' : '\n'}${patterns}`,
      },
    },
  ];
}
