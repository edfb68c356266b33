/** How grave a line is, from the least. */
export const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type Level = (typeof LEVELS)[number];

const WORDS: Readonly<Record<string, Level>> = {
  trace: 'trace',
  trc: 'trace',
  verbose: 'trace',
  finest: 'trace',
  finer: 'trace',
  debug: 'debug',
  dbg: 'debug',
  dbug: 'debug',
  fine: 'debug',
  info: 'info',
  inf: 'info',
  information: 'info',
  informational: 'info',
  notice: 'info',
  note: 'info',
  log: 'info',
  warn: 'warn',
  warning: 'warn',
  wrn: 'warn',
  error: 'error',
  err: 'error',
  eror: 'error',
  fail: 'error',
  severe: 'error',
  fatal: 'fatal',
  ftl: 'fatal',
  critical: 'fatal',
  crit: 'fatal',
  crt: 'fatal',
  panic: 'fatal',
  alert: 'fatal',
  emerg: 'fatal',
  emergency: 'fatal',
};

/** Fields that say it in JSON, by the libraries that write them. */
const JSON_LEVEL =
  /"(?:level|lvl|severity|loglevel|log_level|log\.level|levelname|@level|level_name)"\s*:\s*(?:"([A-Za-z]{1,13})"|(\d{1,2})\b)/i;
/** Names so short that others use them for other things: they count where none of the above is there. */
const JSON_SHORT = /"(?:l|s)"\s*:\s*(?:"([A-Za-z]{1,13}|D[1-5])"|(\d{1,2})\b)/i;
const LOGFMT_LEVEL = /(?:^|\s)(?:level|lvl|severity|loglevel|levelname)="?([A-Za-z]{3,13})/i;

/** Where a line of text says its level, as far as it does near its beginning. */
const LOOKED_AT = 160;
/** `[error]`, `<warn>`, `(WW)`: in brackets, in any case. */
const BRACKETED = /[[<(|]\s*([A-Za-z]{3,13})\s*[\])>|]/g;
/** `ERROR`, `WARN:` as a word of capitals. */
const CAPITALS =
  /(?:^|[^\w])(TRACE|DEBUG|DBG|INFO|INF|NOTICE|WARN|WARNING|WRN|ERROR|ERR|SEVERE|FATAL|FTL|CRITICAL|CRIT|PANIC|ALERT|EMERG|LOG)(?=$|[^\w-])/;
/** `error: …`, `Warning: …` at the beginning, a time aside. */
const BEGINNING =
  /^(?:[\d\-/:.,TZ+ ]+\s)?([A-Za-z]{3,13}(?:\s?:)|(?:panic|fatal|error|warning|warn|info|debug|trace|fail)\b(?=[: ]))/i;
/** klog: `E1128 15:28:54.123456       1 main.go:5] …` */
const KLOG = /^([IWEF])\d{4} \d\d:\d\d:\d\d\.\d+/;
/** Of klog and MongoDB, which counts its D on from 1. */
const LETTERS: Readonly<Record<string, Level>> = {
  D: 'debug',
  I: 'info',
  W: 'warn',
  E: 'error',
  F: 'fatal',
};
/** What runtimes say when nobody caught it. */
const UNCAUGHT =
  /^(?:Traceback \(most recent call last\)|Exception in thread |Uncaught |Unhandled |\w*(?:Error|Exception)(?::|$)|thread '.*' panicked at)/;

/** pino and bunyan count in tens; those of syslog go down from emergency. */
function ofNumber(number: number): Level | undefined {
  if (number < 8) {
    if (number <= 2) return 'fatal';
    return (['error', 'warn', 'info', 'info', 'debug'] as const)[number - 3];
  }
  if (number % 10 !== 0 || number > 60) return undefined;
  return LEVELS[number / 10 - 1];
}

const ofShort = (word: string): Level | undefined =>
  /^[A-Z]\d?$/.test(word) ? LETTERS[word.charAt(0)] : WORDS[word.toLowerCase()];

/**
 * The level that a line says it has: in a field of JSON or logfmt, in brackets, in capitals, as the first word, in klog's
 * letter. Undefined when it says none.
 * @param text without escape sequences.
 */
export function levelOf(text: string): Level | undefined {
  if (text.startsWith('{')) {
    const found = JSON_LEVEL.exec(text);
    if (found) return found[1] ? WORDS[found[1].toLowerCase()] : ofNumber(Number(found[2]));
    const [, word, number] = JSON_SHORT.exec(text) ?? [];
    const short = word ? ofShort(word) : number ? ofNumber(Number(number)) : undefined;
    if (short) return short;
  }
  const field = LOGFMT_LEVEL.exec(text)?.[1];
  const named = field === undefined ? undefined : WORDS[field.toLowerCase()];
  if (named) return named;
  const start = text.slice(0, LOOKED_AT);
  const klog = KLOG.exec(start)?.[1];
  if (klog !== undefined) return LETTERS[klog];
  for (const [, word = ''] of start.matchAll(BRACKETED)) {
    const level = WORDS[word.toLowerCase()];
    if (level) return level;
  }
  const first = BEGINNING.exec(start)?.[1];
  const begun = first === undefined ? undefined : WORDS[first.replace(/\s?:$/, '').toLowerCase()];
  if (begun) return begun;
  const capitals = CAPITALS.exec(start)?.[1];
  if (capitals !== undefined) return WORDS[capitals.toLowerCase()];
  return UNCAUGHT.test(start) ? 'error' : undefined;
}
