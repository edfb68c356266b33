import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { live } from 'lit/directives/live.js';
import { oneLine } from '../../util/format.ts';
import { LOG_LEVELS, LOG_TIMES } from '../protocol/logs.ts';
import type {
  LogFilter,
  LogHead,
  LogLevel,
  LogMemory,
  LogQuery,
  LogTimes,
} from '../protocol/logs.ts';
import { icon } from './icons.ts';
import { COLOURS } from './row.ts';

/** What a person can ask for above the lines. */
export interface Actions {
  query(change: Partial<LogQuery>): void;
  find(back: boolean): void;
  endSearch(): void;
  filter(change: Partial<LogFilter>): void;
  show(change: Partial<Pick<LogMemory, 'wrap' | 'names' | 'filtering' | 'times'>>): void;
  save(): void;
  document(): void;
}

export interface Bar {
  readonly head: LogHead;
  readonly memory: LogMemory;
  readonly times: LogTimes;
  /** What came of the search. */
  readonly found: string;
  readonly problem: string | undefined;
}

const TIMES: Readonly<Record<LogTimes, string>> = {
  local: 'Local time',
  utc: 'UTC',
  relative: 'Time ago',
  off: 'No times',
};

const textOf = (event: Event) => (event.target as HTMLInputElement).value;

function toggle(
  name: TemplateResult | string,
  title: string,
  pressed: boolean,
  act: () => void,
): TemplateResult {
  return html`<button
    class="toggle icon-button"
    title=${title}
    aria-label=${title}
    aria-pressed=${String(pressed)}
    @click=${act}
  >
    ${name}
  </button>`;
}

function button(name: Parameters<typeof icon>[0], title: string, act: () => void): TemplateResult {
  return html`<button class="icon-button" title=${title} aria-label=${title} @click=${act}>
    ${icon(name)}
  </button>`;
}

/** Search, and how the lines are shown; below, once it is wanted, which are. */
export function toolbar(bar: Bar, actions: Actions): TemplateResult {
  const { memory, times, found, problem } = bar;
  const { query } = memory;
  const typed = (event: KeyboardEvent) => {
    if (event.key === 'Enter') actions.find(event.shiftKey);
    else if (event.key === 'Escape') actions.endSearch();
    else return;
    event.preventDefault();
  };
  return html`<div class="toolbar" role="toolbar" aria-label="Log">
      <div class="field-box ${problem === undefined ? '' : 'wrong'}">
        <input
          id="search"
          type="text"
          placeholder="Search"
          aria-label="Search the lines"
          aria-invalid=${String(problem !== undefined)}
          spellcheck="false"
          .value=${live(query.text)}
          @input=${(event: Event) => actions.query({ text: textOf(event) })}
          @keydown=${typed}
        />
        ${toggle('Aa', 'Match Case', query.caseSensitive, () => actions.query({ caseSensitive: !query.caseSensitive }))}
        ${toggle('.*', 'Use Regular Expression', query.regex, () => actions.query({ regex: !query.regex }))}
      </div>
      ${button('up', 'Previous Match (Shift+Enter)', () => actions.find(true))}
      ${button('down', 'Next Match (Enter)', () => actions.find(false))}
      <span class="found ${problem === undefined ? '' : 'problem'}" role="status"
        >${problem ?? found}</span
      >
      <span class="room"></span>
      <select
        aria-label="Times"
        @change=${(event: Event) => actions.show({ times: textOf(event) as LogTimes })}
      >
        ${LOG_TIMES.map((one) => html`<option value=${one} ?selected=${one === times}>${TIMES[one]}</option>`)}
      </select>
      ${toggle(icon('tag'), 'Names of the Containers', memory.names, () => actions.show({ names: !memory.names }))}
      ${toggle(icon('wrap'), 'Wrap Long Lines', memory.wrap, () => actions.show({ wrap: !memory.wrap }))}
      ${toggle(icon('filter'), 'Filter', memory.filtering, () => actions.show({ filtering: !memory.filtering }))}
      ${button('save', 'Save…', actions.save)}
      ${button('document', 'Open as Document', actions.document)}
    </div>
    ${memory.filtering ? filterBar(bar, actions) : nothing}`;
}

function filterBar({ head, memory }: Bar, actions: Actions): TemplateResult {
  const { filter } = memory;
  const field = (name: 'include' | 'exclude', placeholder: string) => {
    const query = filter[name];
    const problem = head.problems[name];
    const change = (part: Partial<LogQuery>) => actions.filter({ [name]: { ...query, ...part } });
    return html`<div class="field-box ${problem === undefined ? '' : 'wrong'}">
      <input
        id=${name}
        type="text"
        placeholder=${placeholder}
        aria-label=${placeholder}
        aria-invalid=${String(problem !== undefined)}
        title=${problem === undefined ? nothing : oneLine(problem)}
        spellcheck="false"
        .value=${live(query.text)}
        @input=${(event: Event) => change({ text: textOf(event) })}
      />
      ${toggle('Aa', 'Match Case', query.caseSensitive, () => change({ caseSensitive: !query.caseSensitive }))}
      ${toggle('.*', 'Use Regular Expression', query.regex, () => change({ regex: !query.regex }))}
    </div>`;
  };
  return html`<div class="toolbar filters" role="toolbar" aria-label="Filter">
    ${field('include', 'Only lines with')} ${field('exclude', 'No lines with')}
    <select
      aria-label="Least level"
      @change=${(event: Event) => {
        const level = LOG_LEVELS.find((one) => one === textOf(event));
        actions.filter({ level });
      }}
    >
      <option value="" ?selected=${!filter.level}>All levels</option>
      ${LOG_LEVELS.slice(1).map((one) => html`<option value=${one} ?selected=${one === filter.level}>${levelName(one)}</option>`)}
    </select>
    <select
      aria-label="Stream"
      @change=${(event: Event) => actions.filter({ stream: textOf(event) || undefined } as Partial<LogFilter>)}
    >
      ${(
        [
          ['', 'stdout and stderr'],
          ['stdout', 'stdout'],
          ['stderr', 'stderr'],
        ] as const
      ).map(
        ([value, text]) =>
          html`<option value=${value} ?selected=${value === (filter.stream ?? '')}>
            ${text}
          </option>`,
      )}
    </select>
    ${
      head.sources.length > 1
        ? html`<div class="chips" role="group" aria-label="Containers">
            ${head.sources.map(({ name }, number) => chip(name, number, filter, actions))}
          </div>`
        : nothing
    }
  </div>`;
}

function chip(name: string, number: number, filter: LogFilter, actions: Actions): TemplateResult {
  const isHidden = filter.hidden.includes(name);
  const act = () =>
    actions.filter({
      hidden: isHidden ? filter.hidden.filter((one) => one !== name) : [...filter.hidden, name],
    });
  return html`<button
    class="chip c${number % COLOURS}"
    aria-pressed=${String(!isHidden)}
    @click=${act}
  >
    ${oneLine(name)}
  </button>`;
}

const levelName = (level: LogLevel) => `${level[0]?.toUpperCase()}${level.slice(1)} and above`;
