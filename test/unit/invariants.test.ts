import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

/** What ARCHITECTURE.md promises of the source and no linter rule can say. */
const sources = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name).replaceAll('\\', '/'));

const having = (pattern: RegExp, files = sources('src')) =>
  files.filter((file) => pattern.test(readFileSync(file, 'utf8')));

describe('invariants', () => {
  test('errors are shown by run.ts alone', () => {
    const shows = having(/\bshowProblem\(/).filter((file) => file !== 'src/views/notify.ts');
    expect(shows).toEqual(['src/commands/run.ts']);
  });

  test('notifications are shown where links of what others wrote are made harmless', () => {
    // A question that waits for its answer is no notification, and shows its text as it is.
    expect(having(/show(?:Information|Warning|Error)Message/)).toEqual([
      'src/commands/ask.ts',
      'src/views/notify.ts',
    ]);
    expect(having(/ProgressLocation\.Notification/)).toEqual(['src/commands/progress.ts']);
  });

  test('the configuration is read by the settings module and the language client alone', () => {
    expect(
      having(/workspace\.getConfiguration\(/).filter((file) => !file.startsWith('src/lsp/')),
    ).toEqual(['src/views/settings.ts']);
  });

  test('programs are run in known places, and never through a shell', () => {
    expect(having(/from 'node:child_process'/)).toEqual(
      expect.arrayContaining(['src/commands/engine.ts', 'src/engine/transport/ssh.ts']),
    );
    expect(having(/\bexec\(|execSync|shell: true/, having(/node:child_process/))).toEqual([]);
    for (const file of having(/node:child_process/))
      expect(readFileSync(file, 'utf8'), file).not.toMatch(
        /(?:spawn|execFile)\(\s*['"`]docker['"`]/,
      );
  });

  test('icons have no colours that themes of high contrast lack', () => {
    expect(having(/'list\.(?:error|warning)Foreground'/)).toEqual([]);
  });

  test('no test takes an expression for a text: toMatchObject finds it in any', () => {
    expect(having(/toMatchObject\([^;]*?[:,[] \/[^/*\n]/, sources('test'))).toEqual([]);
  });

  test('nothing polls', () => {
    expect(having(/setInterval\(/)).toEqual([]);
  });

  test('what the extension loads at run time is in its package', () => {
    const packed = readFileSync('.vscodeignore', 'utf8').split('\n');
    const loaded = having(/dist/).flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/'dist(?:\/|', ')([\w-]+\.(?:cjs|json))'/g)].map(
        ([, name]) => `!dist/${name}`,
      ),
    );
    expect(loaded.sort()).toEqual(['!dist/docs.json', '!dist/server.cjs', '!dist/walker.cjs']);
    // What the server's bundle leaves out lies beside it.
    const bundle = readFileSync('scripts/bundle/check.mjs', 'utf8');
    const apart = /yamlApart = [^]*?path: '\.\/([\w-]+\.cjs)'/.exec(bundle)?.[1];
    expect(apart).toBeDefined();
    expect(packed).toEqual(expect.arrayContaining([...loaded, `!dist/${apart}`]));
  });

  test('a panel that VS Code brings back activates the extension', () => {
    const kinds = having(/viewType: '/, sources('src/panels')).flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/viewType: '([\w.]+)'/g)].map(([, kind]) => kind),
    );
    const { activationEvents } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      activationEvents: string[];
    };
    expect(kinds.length).toBeGreaterThan(2);
    expect(activationEvents).toEqual(
      expect.arrayContaining(kinds.map((kind) => `onWebviewPanel:${kind}`)),
    );
  });

  test('the language server knows neither the editor nor the engine', () => {
    expect(having(/from 'vscode'|\/engine\//, sources('src/lsp/server'))).toEqual([]);
  });

  test('what removes asks first', () => {
    for (const file of sources('src/commands')) {
      const text = readFileSync(file, 'utf8');
      const handlers = text.split(/\n {2}(?:async )?(?=')/).slice(1);
      for (const handler of handlers)
        if (
          /\b(?:remove(?:Container|Image|Network|Volume)|prune\w+|deleteTag|killContainer|signOut)\(/.test(
            handler,
          )
        )
          expect(handler, `${file}: ${handler.slice(0, 40)}`).toMatch(/confirm(?:Prune)?\(/);
    }
  });
});
