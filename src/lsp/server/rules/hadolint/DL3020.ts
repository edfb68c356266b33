import { PLAIN_FILE } from '../../data/plainFiles.ts';
import type { Dockerfile } from '../../model/dockerfile.ts';
import type { Expanded } from '../../model/scopes.ts';
import type { Instruction } from '../../parser/tree.ts';
import { isGit, isHttp } from '../errors/support/sources.ts';
import { stepsOf } from '../errors/support/steps.ts';
import type { Finding, Fix, Rule } from '../rule.ts';
import type { Transfer } from './words.ts';
import { isArchive } from './archives.ts';
import { dropQuotes, transferOf } from './words.ts';

/** What only ADD can do: fetch. */
const REMOTE = /^(?:https?:\/\/|git:\/\/|ssh:\/\/|git@)/;
const OF_ADD_ONLY = new Set(['checksum', 'keep-git-dir', 'unpack']);
/** A folder, or a file of a kind that is never an archive, which ADD tells by the content. */
const isPlain = (path: string) => /^\.$|\/\.?$/.test(path) || PLAIN_FILE.test(path);

export const DL3020: Rule = {
  id: 'DL3020',
  severity: 'error',
  title: 'ADD copies plain files',
  why: '`ADD` fetches from URLs and unpacks archives; which of them it does depends on what it finds. `COPY` only copies, so that readers and builder agree about what happens.',
  examples: [
    {
      bad: 'FROM node:22\nADD package.json /app/\n',
      good: 'FROM node:22\nCOPY package.json /app/\n',
      fixed: true,
    },
    { bad: 'FROM node:22\nADD app /app\n', good: 'FROM node:22\nCOPY app /app\n', fixed: true },
  ],
  *check(file) {
    const remote = file.once(fetching);
    for (const instruction of file.all('ADD')) {
      const transfer = transferOf(instruction, file.tree.escape);
      const plain = transfer.sources.filter(({ text }) => {
        const path = dropQuotes(text);
        return !isArchive(path) && !REMOTE.test(path);
      });
      if (!transfer.target || plain.length === 0) continue;
      const finding: Finding = {
        span: instruction.keyword,
        message: 'Use COPY for files and folders: ADD is for URLs and archives.',
      };
      const all = plain.length === transfer.sources.length;
      yield all && !remote.has(instruction)
        ? { ...finding, fixes: fixes(instruction, transfer) }
        : finding;
    }
  },
};

/** Every ADD one of whose sources is an address once its variables are replaced, which COPY refuses. */
function fetching(file: Dockerfile): ReadonlySet<Instruction> {
  const isRemote = ({ piece, expansion: { value } }: Expanded) =>
    piece.role === 'source' && (isHttp(value) || isGit(value));
  const steps = stepsOf(file, 'ADD').filter(({ expanded }) => expanded.some(isRemote));
  return new Set(steps.map(({ instruction }) => instruction));
}

function fixes({ keyword, flags }: Instruction, { sources }: Transfer): Fix[] {
  if (flags.some(({ name }) => OF_ADD_ONLY.has(name))) return [];
  const text = keyword.text === 'add' ? 'copy' : 'COPY';
  const fix = { title: `Change to ${text}`, edits: [{ span: keyword, text }] };
  const plain = sources.every(
    (source) => isPlain(dropQuotes(source.text)) && !/[$*?[\\]/.test(source.text),
  );
  return [plain ? { ...fix, safe: true } : fix];
}
