/** What is kept of a step's output: its beginning, its end, and how much lay between. Carriage returns and colours are kept. */
export interface StepLog {
  readonly head: string;
  /** Characters that are gone between head and tail. */
  readonly dropped: number;
  readonly tail: string;
}

export interface LogLimits {
  /** Characters of the beginning that are kept of each step. */
  readonly head: number;
  /** Characters of the end that are kept of each step. */
  readonly tail: number;
  /** Characters kept of all steps together: once they are more, the step that has most is cut down. */
  readonly total: number;
}

export const LOG_LIMITS: LogLimits = { head: 65_536, tail: 262_144, total: 8_388_608 };

export const NO_LOG: StepLog = { head: '', dropped: 0, tail: '' };

/** A log as one text, with a line about what is missing. */
export function logText({ head, dropped, tail }: StepLog): string {
  if (dropped === 0) return head + tail;
  const before = head === '' || head.endsWith('\n') ? '' : '\n';
  return `${head}${before}[… ${dropped} characters are not kept …]\n${tail}`;
}

/** The last lines of a log, at most `count`, without their ends. */
export function lastLines(log: StepLog, count: number): readonly string[] {
  const text = log.dropped > 0 ? log.tail : log.head + log.tail;
  let end = text.length;
  while (end > 0 && /[\r\n]/.test(text[end - 1] ?? '')) end--;
  if (end === 0) return [];
  const lines: string[] = [];
  while (end >= 0 && lines.length < count) {
    const feed = end === 0 ? -1 : text.lastIndexOf('\n', end - 1);
    lines.unshift(text.slice(feed + 1, end).replace(/\r$/, ''));
    end = feed < 0 ? -1 : feed;
  }
  return lines;
}

/** The output of the steps of one build. */
export interface LogStore {
  append(step: string, text: string): void;
  get(step: string): StepLog;
}

interface Kept {
  head: string;
  tail: string;
  dropped: number;
}

/** Makes a store that keeps no more than its limits say, whatever is written. */
export function createLogStore(limits: LogLimits = LOG_LIMITS): LogStore {
  const logs = new Map<string, Kept>();
  let total = 0;

  const size = (log: Kept) => log.head.length + log.tail.length;

  /** Cuts the tail at the beginning of a line where there is one soon. */
  function shorten(log: Kept, length: number): void {
    let from = log.tail.length - length;
    const feed = log.tail.indexOf('\n', from - 1);
    if (feed >= 0 && feed - from < Math.min(1024, length / 2)) from = feed + 1;
    // A pair of surrogates is one character.
    else if (/[\uDC00-\uDFFF]/.test(log.tail[from] ?? '')) from++;
    log.dropped += from;
    total -= from;
    log.tail = log.tail.slice(from);
  }

  return {
    append(step, text) {
      const log = logs.get(step) ?? { head: '', tail: '', dropped: 0 };
      logs.set(step, log);
      const open = log.tail === '' && log.dropped === 0;
      const room = open ? limits.head - log.head.length : 0;
      log.head += text.slice(0, room);
      log.tail += text.slice(room);
      total += text.length;
      // By a quarter too long before it is cut: cutting copies what stays.
      if (log.tail.length > limits.tail * 1.25) shorten(log, limits.tail);
      while (total > limits.total) {
        const [most] = [...logs.values()].sort((a, b) => size(b) - size(a));
        if (!most || size(most) === 0) break;
        if (most.tail !== '') shorten(most, Math.floor(most.tail.length / 2));
        else {
          most.tail = most.head.slice(Math.floor(most.head.length / 2));
          most.head = most.head.slice(0, Math.floor(most.head.length / 2));
        }
      }
    },
    get: (step) => logs.get(step) ?? NO_LOG,
  };
}
