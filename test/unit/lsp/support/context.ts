import { posix } from 'node:path';
import { parseDockerignore } from '../../../../src/util/dockerignore.ts';
import type { BuildContext, ExampleFiles } from '../../../../src/lsp/server/rules/rule.ts';

/** A build context of these files; `.dockerignore` among them counts. */
export function contextOf(files: ExampleFiles): Promise<BuildContext> {
  const ignore = parseDockerignore(files['.dockerignore'] ?? '');
  const paths = Object.keys(files);
  const isDirectory = (path: string) =>
    path === '.' || paths.some((other) => other.startsWith(`${path}/`));
  const clean = (path: string) => posix.normalize(path).replace(/^\/|\/$/g, '') || '.';
  return Promise.resolve({
    ignoreFile: '.dockerignore' in files ? '.dockerignore' : undefined,
    hasExceptions: ignore.hasExceptions,
    ignoredBy: (path) => {
      const { ignored, by } = ignore.decide(path);
      return ignored ? by?.text : undefined;
    },
    kind: (path) => {
      const found = clean(path);
      if (found in files) return Promise.resolve('file');
      return Promise.resolve(isDirectory(found) ? 'directory' : undefined);
    },
    glob: (pattern, limit) => {
      const wanted = new RegExp(
        `^${clean(pattern)
          .replace(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
          .replaceAll('*', '[^/]*')
          .replaceAll('?', '[^/]')}$`,
      );
      return Promise.resolve(paths.filter((path) => wanted.test(path)).slice(0, limit));
    },
    read: (path) => Promise.resolve(files[clean(path)]),
  });
}
