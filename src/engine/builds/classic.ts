import { readOutline } from '../../util/dockerfileOutline.ts';
import type { OutlineStage } from '../../util/dockerfileOutline.ts';
import type { BuildEvent } from '../buildEvents.ts';
import { NOTHING } from './model.ts';
import type { StatusUpdate, StepUpdate, TransferUpdate } from './model.ts';

const CONTEXT = 'context';

/** Makes of the classic builder's events what BuildKit would tell. */
export interface ClassicReader {
  read(event: BuildEvent): StatusUpdate;
}

/**
 * Makes a reader for one build. `dockerfile` is the Dockerfile's text, by which steps are told apart by stage; without it
 * they are numbered through. `now` gives milliseconds since the epoch: the classic builder tells no times.
 */
export function createClassicReader(dockerfile?: string, now = Date.now): ClassicReader {
  const stages = createStages(dockerfile === undefined ? [] : readOutline(dockerfile).stages);
  const steps = new Map<string, StepUpdate>();
  const encoder = new TextEncoder();
  const pulled = new Map<string, TransferUpdate>();

  const set = (id: string, more: Partial<StepUpdate>): StepUpdate => {
    const step = { ...(steps.get(id) ?? newStep(id)), ...more };
    steps.set(id, step);
    return step;
  };
  /** What happens before the first instruction happens to the context. */
  const idOf = (step: number) => (step === 0 ? CONTEXT : `step ${step}`);
  const contextStep = () =>
    steps.get(CONTEXT) ?? set(CONTEXT, { name: '[internal] load build context', started: now() });

  /** Ends a step that runs. */
  function end(id: string, more: Partial<StepUpdate> = {}): readonly StepUpdate[] {
    const step = steps.get(id);
    return step && step.completed === undefined ? [set(id, { ...more, completed: now() })] : [];
  }

  return {
    read(event) {
      switch (event.type) {
        case 'context': {
          const { started } = contextStep();
          const transfer = {
            step: CONTEXT,
            id: 'transferring context:',
            current: event.bytes,
            total: 0,
            ...(started !== undefined && { started }),
          };
          return { ...NOTHING, steps: [contextStep()], transfers: [transfer] };
        }
        case 'step': {
          const { name, inputs } = stages.next(event, idOf(event.step));
          const ended = [...end(CONTEXT), ...end(idOf(event.step - 1))];
          const step = set(idOf(event.step), {
            name,
            inputs: inputs.filter((id) => steps.has(id)),
            started: now(),
          });
          return { ...NOTHING, steps: [...ended, step] };
        }
        case 'done':
          return { ...NOTHING, steps: end(idOf(event.step), { cached: event.cached }) };
        case 'error':
          return { ...NOTHING, steps: end(idOf(event.step), { error: event.message }) };
        case 'log': {
          const data = encoder.encode(event.text);
          const step = event.step === 0 ? [contextStep()] : [];
          const log = { step: idOf(event.step), time: now(), stream: 'stdout' as const, data };
          return { ...NOTHING, steps: step, logs: [log] };
        }
        case 'pull': {
          const transfers = event.progress.layers.map((layer) =>
            toTransfer(idOf(event.step), layer, pulled.get(layer.id), now()),
          );
          for (const transfer of transfers) pulled.set(transfer.id, transfer);
          return { ...NOTHING, transfers };
        }
        case 'image':
          return NOTHING;
      }
    },
  };
}

function newStep(id: string): StepUpdate {
  return {
    id,
    name: id,
    inputs: [],
    cached: false,
    started: undefined,
    completed: undefined,
    error: undefined,
  };
}

type Layer = Extract<BuildEvent, { type: 'pull' }>['progress']['layers'][number];

function toTransfer(
  step: string,
  { id, status, current = 0, total = 0, done }: Layer,
  known: TransferUpdate | undefined,
  now: number,
): TransferUpdate {
  const completed = known?.completed ?? (done ? now : undefined);
  // Once it is fetched, the engine counts anew what it unpacks.
  const fetching = !known || !/^(?:Extracting|Verifying)/.test(status);
  return {
    step,
    id,
    current: fetching ? Math.max(known?.current ?? 0, current) : known.current,
    total: fetching ? Math.max(known?.total ?? 0, total) : known.total,
    started: known?.started ?? now,
    ...(completed !== undefined && { completed }),
  };
}

/** Follows in which stage of a Dockerfile a build is. */
function createStages(stages: readonly OutlineStage[]) {
  /** Ids of the last steps so far by the stage's number. */
  const last = new Map<number, string>();
  let at = -1;
  let index = 0;

  const numberOf = (word: string) =>
    /^\d+$/.test(word)
      ? Number(word)
      : stages.findLastIndex(({ name }, number) => number < at && name === word.toLowerCase());

  /** A builder may leave out stages that nothing needs, and may tell which it is at. */
  function enter(text: string, told: number | undefined): void {
    const found = stages.findIndex(({ from }, number) => number > at && same(from.text, text));
    at = told === undefined ? (found < 0 ? at + 1 : found) : told - 1;
    index = 0;
  }

  return {
    next({ step, total, text, stage: told }: Extract<BuildEvent, { type: 'step' }>, id: string) {
      const first = /^FROM\s/i.test(text);
      if (first) enter(text, told);
      index++;
      const stage = stages[at];
      const used = first
        ? [last.get(numberOf(stage?.base ?? ''))]
        : [last.get(at), ...fromOf(text).map((word) => last.get(numberOf(word)))];
      const instruction = text.replace(/^\S+/, (word) => word.toUpperCase());
      const word = stages.length > 1 ? `${stage?.name ?? `stage-${at}`} ` : '';
      const count = stage ? `${word}${index}/${stage.instructions.length + 1}` : `${step}/${total}`;
      const before = stage || first ? used : [`step ${step - 1}`];
      last.set(at, id);
      return {
        name: `[${count}] ${instruction}`,
        inputs: before.filter((input) => input !== undefined),
      };
    },
  };
}

function same(a: string, b: string): boolean {
  const plain = (text: string) => text.trim().replace(/\s+/g, ' ').toLowerCase();
  return plain(a) === plain(b);
}

/** Stages that an instruction takes files from. */
function fromOf(text: string): readonly string[] {
  return Array.from(text.matchAll(/\s--from=(\S+)/g), ([, word]) => word ?? '');
}
