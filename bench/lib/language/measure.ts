import { documentOf, OURS } from './ours.ts';
import { PEERS } from './peers.ts';
import { rounds } from './rounds.ts';
import { longRun, PATHOLOGICAL, SMALL, stages } from './texts.ts';

/** What this process, bundled as it ships and run by plain Node, is asked for; it answers with JSON on standard output. */
const [, , job = '', name = '', size = '', long = ''] = process.argv;
const TEXTS: Readonly<Record<string, () => string>> = {
  small: () => SMALL,
  stages1000: () => stages(1000),
  stages10000: () => stages(10_000),
  run1000: () => longRun(1000),
  run10000: () => longRun(10_000),
  ...Object.fromEntries(Object.entries(PATHOLOGICAL).map(([key, text]) => [key, () => text])),
};

function work(side: typeof OURS, text: string): () => unknown {
  const run = side[name];
  if (!run) throw new Error(`there is no work ${name}`);
  const document = documentOf(text);
  return () => run(document);
}

function tenTimes(run: () => unknown): () => void {
  return () => {
    for (let i = 0; i < 10; i++) run();
  };
}

function textOf(key: string): string {
  const make = TEXTS[key];
  if (!make) throw new Error(`there is no text ${key}`);
  return make();
}

const text = textOf(size);
// A server runs for hours: what it does with every keystroke is compiled long before.
const limits = { warmUp: 1000, count: 301, budgetMs: job === 'growth' ? 16_000 : 8000 };
const works: Readonly<Record<string, () => readonly (() => unknown)[]>> = {
  both: () => [work(OURS, text), work(PEERS, text)],
  ours: () => [work(OURS, text)],
  peer: () => [work(PEERS, text)],
  // What the garbage collector does after some files counts for these as it does for the long one.
  growth: () => [tenTimes(work(OURS, text)), work(OURS, textOf(long))],
};
const chosen = works[job];
if (!chosen) throw new Error(`there is no job ${job}`);
process.stdout.write(JSON.stringify(rounds(chosen(), limits)));
