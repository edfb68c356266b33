import { randomBytes } from 'node:crypto';
import { createCoalescer } from '../engine/coalesce.ts';
import { EngineError } from '../engine/errors.ts';
import { createLogBook } from '../engine/logs/book.ts';
import type { LogEngine } from '../engine/logs/follow.ts';
import { compileQuery } from '../engine/logs/query.ts';
import type { Matcher } from '../engine/logs/query.ts';
import { countLines, findLine } from '../engine/logs/search.ts';
import { createSlices } from '../engine/logs/slices.ts';
import { filteredView, wholeView } from '../engine/logs/view.ts';
import type { LogView } from '../engine/logs/view.ts';
import type { Disposable } from '../util/emitter.ts';
import { asFileName } from '../util/format.ts';
import { NO_FILTER } from '../webviews/protocol/logs.ts';
import type {
  FromLogs,
  LogFilter,
  LogHead,
  LogOpened,
  LogQuery,
  LogTimes,
  ToLogs,
} from '../webviews/protocol/logs.ts';
import type { Panel, PanelEvents } from './host.ts';
import { logRow, shownText } from './logRows.ts';
import { documentText, logText } from '../engine/logs/text.ts';

/** What the viewer has others do. */
export interface LogDeeds {
  copy(text: string): Promise<void>;
  /** Asks where to, and writes; answers the name of the file, or undefined when it was not wanted. */
  save(name: string, pieces: AsyncIterable<string>): Promise<string | undefined>;
  /** Opens text as a read-only document. */
  document(name: string, text: string): Promise<void>;
  openUrl(text: string): Promise<void>;
  /** Answers whether there is such a file. */
  openPlace(text: string, container: string): Promise<boolean>;
}

export interface LogParts {
  readonly engine: LogEngine;
  readonly deeds: LogDeeds;
  readonly settings: { readonly times: LogTimes; readonly megabytes: number };
  readonly report: (error: unknown) => void;
}

export interface LogPanel extends Disposable {
  readonly opened: LogOpened;
  reveal(): void;
}

const LINES = 1_000_000;
/** Of lines that are shown: what is copied is meant to be pasted somewhere. */
const MOST_COPIED = 200_000;

/** Reads logs for as long as a panel is open, and tells its page what it asks for. */
export function createLogPanel(
  opened: LogOpened,
  { engine, deeds, settings, report }: LogParts,
  make: (events: PanelEvents<FromLogs>) => Panel<ToLogs>,
  onDidDispose: () => void,
): LogPanel {
  const name = randomBytes(8).toString('hex');
  const slices = createSlices();
  const ending = new AbortController();
  let finding = new AbortController();
  let filtering = new AbortController();
  let generation = 0;
  let filter: LogFilter = NO_FILTER;
  let problems: LogHead['problems'] = {};
  let searched: Matcher | undefined;

  const { tail, since, follow } = opened;
  const start = { tail: tail || ('all' as const), follow, ...(since !== undefined && { since }) };
  const selection =
    opened.label === undefined ? { containers: opened.containers ?? [] } : { label: opened.label };
  const limits = { lines: LINES, bytes: settings.megabytes * 1_000_000 };
  const book = createLogBook(engine, selection, start, limits);
  const { ring } = book;
  let view: LogView = wholeView(ring);

  const panel = make({
    onReady: tell,
    onMessage,
    onDidDispose() {
      ending.abort();
      finding.abort();
      filtering.abort();
      updates.cancel();
      subscription.dispose();
      book.dispose();
      onDidDispose();
    },
  });
  const updates = createCoalescer(tell);
  const subscription = book.onDidChange(() => {
    if (panel.isLive()) advance().catch(report);
  });

  /** Looks at what has come, telling how far it is. */
  async function advance(): Promise<void> {
    const { signal } = filtering;
    try {
      await view.advance(signal, updates.request);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      problems = { include: error.message, exclude: error.message };
      view = wholeView(ring);
      generation++;
    }
    if (!ending.signal.aborted) updates.request();
  }

  function tell(): void {
    if (!panel.isLive()) return;
    if (!view.complete) void advance().catch(report);
    const head: LogHead = {
      book: name,
      opened,
      generation,
      filter,
      problems,
      first: view.first,
      end: view.end,
      complete: view.complete,
      held: ring.end - ring.first,
      dropped: ring.first,
      sources: book.sources.map(({ name, state }) => ({ name, state })),
      times: settings.times,
    };
    panel.post({ type: 'head', head });
  }

  function setFilter(next: LogFilter, keep: number | undefined): void {
    filter = next;
    filtering.abort();
    filtering = new AbortController();
    const found: { include?: string; exclude?: string } = {};
    const matcher = (part: 'include' | 'exclude') => {
      if (!next[part].text) return undefined;
      const compiled = compileQuery(next[part]);
      if (compiled.ok) return compiled.matcher;
      found[part] = compiled.problem;
      return undefined;
    };
    const [include, exclude] = [matcher('include'), matcher('exclude')];
    problems = found;
    const { level, stream, hidden } = next;
    const names = new Set(hidden);
    const isHidden = (source: number) => names.has(book.sources[source]?.name ?? '');
    const isWhole = !include && !exclude && !level && !stream && hidden.length === 0;
    view = isWhole
      ? wholeView(ring)
      : filteredView(ring, { include, exclude, level, stream, hidden: isHidden }, slices);
    const mine = ++generation;
    const done = async () => {
      await advance();
      if (keep === undefined || mine !== generation) return;
      tell();
      panel.post({ type: 'go', generation, place: view.placeOf(keep) });
    };
    done().catch(report);
  }

  async function find(request: number, query: LogQuery, from: number, back: boolean) {
    finding.abort();
    finding = new AbortController();
    const { signal } = finding;
    const answer = { type: 'found' as const, request, generation };
    searched = undefined;
    if (!query.text) return;
    const compiled = compileQuery(query);
    if (!compiled.ok) {
      panel.post({ ...answer, problem: compiled.problem });
      return;
    }
    try {
      const { matcher } = compiled;
      searched = matcher;
      const found = await findLine(ring, view, matcher, { from, back }, slices, signal);
      if (signal.aborted) return;
      panel.post({
        ...answer,
        generation,
        ...(found && {
          place: view.placeOf(found.index),
          id: found.index,
          wrapped: found.wrapped,
        }),
      });
      const count = await countLines(ring, view, matcher, slices, signal);
      if (count !== undefined) panel.post({ type: 'count', request, count });
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      searched = undefined;
      panel.post({ ...answer, problem: error.message });
    }
  }

  function rows(from: number, to: number) {
    const made = () =>
      Array.from({ length: Math.max(Math.min(to, view.end) - from, 0) }, (_, n) => {
        const index = view.at(from + n);
        const line = index === undefined ? undefined : ring.line(index);
        return line ? logRow(line, searched) : undefined;
      }).flatMap((row) => row ?? []);
    try {
      return slices.now(made);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      searched = undefined;
      return made();
    }
  }

  const textOptions = (from: number, to: number) => {
    const names = book.sources.map((source) => source.name);
    return { ring, view, names, from, to };
  };
  const fileName = () => {
    const first = opened.label ?? opened.containers?.[0]?.name ?? 'log';
    return `${asFileName(first, 80)}.log`;
  };

  async function onMessage(message: FromLogs): Promise<void> {
    switch (message.type) {
      case 'ready':
        return;
      case 'rows': {
        if (message.generation !== generation) return;
        const from = Math.max(message.from, view.first);
        const { request } = message;
        panel.post({ type: 'rows', generation, request, from, rows: rows(from, message.to) });
        return;
      }
      case 'filter':
        setFilter(message.filter, message.keep);
        return;
      case 'find':
        return find(message.request, message.query, message.from, message.back);
      case 'whole': {
        const line = ring.line(message.id);
        if (line) panel.post({ type: 'whole', id: message.id, text: shownText(line.text) });
        return;
      }
      case 'open': {
        const { text, kind } = message;
        if (kind === 'url') return deeds.openUrl(text);
        const found = await deeds.openPlace(text, book.sources[message.source]?.id ?? '');
        if (!found) panel.post({ type: 'said', text: `There is no such file here: ${text}` });
        return;
      }
      case 'copy': {
        if (message.generation !== generation) return;
        const to = Math.min(message.to + 1, view.end);
        const from = Math.max(message.from, to - MOST_COPIED, view.first);
        let text = '';
        for await (const piece of logText(textOptions(from, to))) text += piece;
        await deeds.copy(text);
        panel.post({
          type: 'said',
          text: to - from === 1 ? 'Line copied' : `${to - from} lines copied`,
        });
        return;
      }
      case 'save': {
        const saved = await deeds.save(fileName(), logText(textOptions(view.first, view.end)));
        if (saved !== undefined) panel.post({ type: 'said', text: `Saved as ${saved}` });
        return;
      }
      case 'document':
        return deeds.document(fileName(), await documentText(textOptions(view.first, view.end)));
    }
  }

  return {
    opened,
    reveal: () => panel.reveal(),
    dispose: () => panel.dispose(),
  };
}
