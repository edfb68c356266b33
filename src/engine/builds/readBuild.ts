import type { Build } from './model.ts';

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === 'string';
const number: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const truth: Check = (value) => typeof value === 'boolean';
const oneOf =
  (...words: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && words.includes(value);
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const list =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const object =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(fields).every(([name, check]) =>
      check((value as Readonly<Record<string, unknown>>)[name]),
    );

const lines: Check = (value) => list(number)(value) && (value as unknown[]).length === 2;

const transfer = object({
  id: text,
  current: number,
  total: number,
  started: optional(number),
  completed: optional(number),
});

const step = object({
  id: text,
  name: text,
  inputs: list(text),
  state: oneOf('waiting', 'running', 'cached', 'completed', 'failed', 'cancelled'),
  started: optional(number),
  ended: optional(number),
  since: optional(number),
  duration: number,
  error: optional(text),
  transfers: list(transfer),
  stage: optional(text),
  index: optional(number),
  total: optional(number),
  instruction: text,
  platform: optional(text),
  lines: optional(lines),
  logBytes: number,
});

const build = object({
  id: text,
  request: object({
    dockerfile: text,
    context: text,
    target: optional(text),
    tags: list(text),
    buildArgs: list(text),
    platforms: list(text),
    secrets: list(text),
    noCache: optional(truth),
  }),
  builder: oneOf('buildkit', 'classic'),
  state: oneOf('running', 'completed', 'failed', 'cancelled'),
  started: number,
  ended: optional(number),
  skew: optional(number),
  steps: list(step),
  warnings: list(
    object({
      message: text,
      detail: list(text),
      url: optional(text),
      lines: optional(lines),
    }),
  ),
  failure: optional(
    object({
      message: text,
      step: optional(text),
      lines: optional(lines),
      exitCode: optional(number),
      notRun: optional(text),
      missing: optional(text),
      image: optional(text),
      noStage: optional(text),
      meant: optional(text),
    }),
  ),
  image: optional(text),
});

/** Whether a value, such as one read from a file, is a build in all of its fields. */
export function isBuild(value: unknown): value is Build {
  return build(value);
}
