import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { commands, fullId } from '../../../src/manifest/commands.ts';
import type { CommandId } from '../../../src/manifest/commands.ts';
import type { CommandSpec } from '../../../src/manifest/commands/spec.ts';
import { contributions } from '../../../src/manifest/contributes.ts';
import { encodeFacts, facts, satisfies, whenRow } from '../../../src/manifest/facts.ts';
import type { Noun } from '../../../src/manifest/facts.ts';
import { viewOf } from '../../../src/manifest/listed.ts';
import { views } from '../../../src/manifest/views.ts';
import { walkthrough } from '../../../src/manifest/walkthrough.ts';

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  contributes: {
    commands: { command: string; category: string; title: string }[];
    viewsWelcome: { view: string; contents: string; when: string }[];
  };
};
const strings = JSON.parse(readFileSync('package.nls.json', 'utf8')) as Record<string, string>;
const specs = Object.entries(commands) as [CommandId, CommandSpec][];

/** Every subset of a noun's facts. */
const subsets = (noun: Noun): string[][] =>
  (facts[noun] as readonly string[]).reduce<string[][]>(
    (all, fact) => [...all, ...all.map((some) => [...some, fact])],
    [[]],
  );
const pattern = (when: string) => new RegExp(/\/(.*)\//.exec(when)?.[1] ?? 'no pattern');

describe('manifest', () => {
  test('what is committed is what the tables say', () => {
    const made = contributions();
    expect(manifest.contributes).toEqual(made.contributes);
    expect(strings).toEqual(made.strings);
  });

  test('every placeholder has a text and every text a place', () => {
    const used = [...JSON.stringify(manifest).matchAll(/%([\w.-]+)%/g)].map(([, key]) => key);
    expect(new Set(used)).toEqual(new Set(Object.keys(strings)));
  });

  test('every command says what it is about', () => {
    for (const [key, text] of Object.entries(strings)) expect(text, key).not.toMatch(/undefined/);
  });

  test('every icon is a codicon', () => {
    const known = new Set(
      readFileSync('node_modules/@vscode/codicons/dist/codicon.csv', 'utf8')
        .split('\n')
        .map((line) => line.split(',')[0]),
    );
    for (const [id, { icon }] of specs) if (icon) expect(known, id).toContain(icon);
  });

  test('every command can be reached: palette, menu, button or link', () => {
    const links = JSON.stringify(manifest);
    for (const [id, spec] of specs) {
      const reachable =
        spec.palette !== false ||
        spec.menu ||
        spec.inline ||
        spec.view ||
        spec.dockerfile ||
        links.includes(`command:${fullId(id)})`) ||
        // A row of its own stands for it.
        spec.on?.includes('more');
      expect(reachable, id).toBeTruthy();
    }
  });

  test('no two commands of the palette have one name', () => {
    const hidden = new Set(
      specs.filter(([, { palette }]) => palette === false).map(([id]) => fullId(id)),
    );
    const text = (placeholder: string) => strings[placeholder.slice(1, -1)];
    const names = manifest.contributes.commands
      .filter(({ command }) => !hidden.has(command))
      .map(({ category, title }) => `${text(category)}: ${text(title)}`);
    expect(names).toEqual([...new Set(names)]);
  });

  test('every command of the palette can offer what it is for', () => {
    for (const [id, { on, palette }] of specs)
      if (on?.[0] && palette !== false) expect(viewOf[on[0]], id).toBeDefined();
  });

  test('every command link leads to a command', () => {
    const ids = new Set([
      ...specs.map(([id]) => fullId(id)),
      // VS Code makes these, one for each view.
      ...Object.keys(views).map((id) => `stevedore.${id}.focus`),
    ]);
    for (const [, id] of Object.values(strings)
      .join('\n')
      .matchAll(/command:([\w.]+)/g))
      expect(ids).toContain(id);
  });

  test('every file named exists', () => {
    for (const [, path] of JSON.stringify(manifest).matchAll(
      /"(?:\.\/)?((?:images|syntaxes|docs)\/[^"]+)"/g,
    ))
      expect(existsSync(path as string), path).toBe(true);
  });

  test('every step of Get Started has its page in the package, and no page is without a step', () => {
    expect(readdirSync('docs/start').toSorted()).toEqual(
      Object.keys(walkthrough)
        .map((id) => `${id}.md`)
        .toSorted(),
    );
    expect(readFileSync('.vscodeignore', 'utf8').split('\n')).toContain('!docs/start/*.md');
  });

  test('every menu entry is true of some row, and of just those that its command takes', () => {
    for (const [id, spec] of specs) {
      if (!spec.on || !(spec.menu || spec.inline)) continue;
      const when = pattern(whenRow(spec.on, spec.needs));
      let held = 0;
      for (const noun of Object.keys(facts) as Noun[])
        for (const some of subsets(noun)) {
          const expected = spec.on.includes(noun) && satisfies(some, spec.needs);
          expect(when.test(encodeFacts(noun, some)), `${id}: ${encodeFacts(noun, some)}`).toBe(
            expected,
          );
          if (expected) held++;
        }
      expect(held, id).toBeGreaterThan(0);
    }
  });

  test('a clause never takes one fact for another that contains its name', () => {
    const when = pattern(whenRow(['image'], { all: ['tagged'] }));
    expect(when.test('image+untagged+')).toBe(false);
    expect(when.test('image+used+tagged+')).toBe(true);
    expect(pattern(whenRow(['tag'])).test('tagline+')).toBe(false);
  });
});
