import { CompletionItemKind as Kind } from 'vscode-languageserver/node';
import { EVERYWHERE, IMAGE_USERS, NOBODY, NONROOT } from '../../data/users.ts';
import type { Parsed } from '../../documents.ts';
import type { Instruction } from '../../parser/tree.ts';
import { argumentWords } from '../../parser/words.ts';
import type { Offer } from './items.ts';
import { chainAt } from './stages.ts';

const NAME = /^[a-z_][a-z0-9_.-]{0,31}$/i;
const CREATES = /\b(useradd|adduser|groupadd|addgroup)\s+([^;&|\n]{1,400})/g;

/** Users and groups known at an instruction: made or named in its stage and those it starts from, or of the base image. */
export function userOffers(parsed: Parsed, instruction: Instruction): Offer[] {
  const { tree } = parsed;
  const found = new Map<string, string>();
  const add = (name: string | undefined, detail: string) => {
    if (name !== undefined && NAME.test(name) && !found.has(name)) found.set(name, detail);
  };
  const own = tree.stages[instruction.stage];
  const file = parsed.file();
  const first = own && file.chain(own).at(-1);
  const base = (first && file.scopes().from(first).image?.value) ?? first?.image?.text;
  for (const stage of chainAt(parsed, instruction.stage)) {
    for (const other of stage.instructions) {
      if (other.start >= instruction.start) break;
      if (other.name === 'USER') {
        for (const name of (argumentWords(other, tree.escape)[0]?.text ?? '').split(':'))
          add(name, 'USER');
      }
      for (const { name, value } of other.flags)
        if (name === 'chown') for (const part of value?.text.split(':') ?? []) add(part, '--chown');
      if (other.name === 'RUN')
        for (const name of created(textOf(other, tree.source))) add(name, 'RUN');
    }
  }
  for (const name of usersOf(base)) add(name, base ?? '');
  // There no file tells which number a name has.
  if (base === 'scratch') found.set(NOBODY, 'nobody, by number');
  else for (const name of EVERYWHERE) add(name, 'every image');
  return [...found].map(([label, detail]) => ({ label, detail, kind: Kind.Constant }));
}

function textOf({ logical, heredocs }: Instruction, source: string): string {
  const bodies = heredocs.map(({ body }) => source.slice(body.start, body.end));
  return [logical.text, ...bodies].join('\n');
}

/** The names that a shell text makes users and groups of: the last word of useradd, the first bare one of adduser. */
function created(text: string): string[] {
  return [...text.matchAll(CREATES)].flatMap(([, program = '', rest = '']) => {
    const words = rest.split(/\s+/).filter(Boolean);
    if (program === 'useradd' || program === 'groupadd') return words.slice(-1);
    // Options of adduser that take a value differ between Debian and BusyBox; the name stands last but for a group.
    return words.filter((word) => !word.startsWith('-')).slice(-2);
  });
}

function usersOf(image: string | undefined): readonly string[] {
  if (image === undefined) return [];
  const name = image.split('@', 1)[0]?.split('/').at(-1) ?? '';
  const [repository = '', tag = ''] = name.split(':', 2);
  const nonroot = /nonroot/.test(tag) || /distroless|chainguard/.test(image) ? [NONROOT] : [];
  return [...(IMAGE_USERS[repository] ?? []), ...nonroot];
}
