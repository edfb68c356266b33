import { count } from '../../util/format.ts';
import { later } from '../common/frames.ts';
import type { FromLogs, LogQuery, ToLogs } from '../protocol/logs.ts';

/** Milliseconds after which what is typed is searched for. */
const PAUSE = 150;

export interface SearchDeeds {
  send(message: FromLogs): void;
  query(): LogQuery;
  /** Number of the line to begin at for the next match, and of the one in sight. */
  from(back: boolean): number;
  here(): number;
  /** What is marked in the lines is another. */
  changed(): void;
  found(place: number): void;
}

export interface Search {
  /** What is searched for has changed: the next match from here on, once typing rests. */
  begin(): void;
  next(back: boolean): void;
  /** Has the matches marked, without going to one. */
  restore(): void;
  /** The lines are others than those that were searched: what was asked last is asked of these. */
  renew(): void;
  take(message: Extract<ToLogs, { type: 'found' }>, generation: number): void;
  counted(request: number, count: number): void;
  /** What came of it. */
  words(): string;
  problem(): string | undefined;
}

/** Searches lines, which are on the other side. */
export function createSearch(deeds: SearchDeeds): Search {
  const typing = later();
  let request = 0;
  /** What was asked last; it goes to its match until there is an answer. */
  let last = { from: 0, back: false, goes: false };
  /** Something was typed that has not been asked for yet. */
  let typed = false;
  let words = '';
  let all: number | undefined;
  let wrapped = false;
  let problem: string | undefined;

  function ask(from: number, back: boolean, goes: boolean): void {
    typing.cancel();
    typed = false;
    const query = deeds.query();
    last = { from, back, goes };
    problem = undefined;
    words = query.text ? 'Searching…' : '';
    deeds.send({ type: 'find', request: ++request, query, from, back });
    deeds.changed();
  }

  function tell(): void {
    const lines = all === undefined ? '' : count(all, 'line');
    words = [lines, wrapped ? 'from the other end' : ''].filter(Boolean).join(', ');
  }

  return {
    begin() {
      typed = true;
      typing.after(PAUSE, () => ask(deeds.here(), false, true));
    },
    next(back) {
      if (deeds.query().text) ask(deeds.from(back), back, true);
    },
    restore: () => ask(deeds.here(), false, false),
    renew() {
      if (deeds.query().text && !typed) ask(last.from, last.back, last.goes);
    },
    take(message, generation) {
      if (message.request !== request || message.generation !== generation) return;
      ({ problem } = message);
      all = undefined;
      const { goes } = last;
      last = { ...last, goes: false };
      wrapped = goes && message.wrapped === true;
      if (message.place === undefined) words = problem === undefined ? 'No line' : '';
      else tell();
      if (message.place !== undefined && goes) deeds.found(message.place);
      deeds.changed();
    },
    counted(of, number) {
      if (of !== request) return;
      all = number;
      if (number > 0) tell();
    },
    words: () => words,
    problem: () => problem,
  };
}
