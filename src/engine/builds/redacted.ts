import type { BuildFailure, BuildWarning, StepUpdate, TransferUpdate } from './model.ts';
import type { Redactor } from './redact.ts';

/** What is told of a step, without what is secret in it. */
export function redactedStep(update: StepUpdate, { text }: Redactor): StepUpdate {
  return {
    ...update,
    name: text(update.name),
    error: update.error === undefined ? undefined : text(update.error),
    ...(update.group && { group: { ...update.group, name: text(update.group.name) } }),
  };
}

/** A failure without what is secret in any of its texts. */
export function redactedFailure(failure: BuildFailure, { text }: Redactor): BuildFailure {
  const { notRun, missing, image, noStage, meant } = failure;
  return {
    ...failure,
    message: text(failure.message),
    ...(notRun !== undefined && { notRun: text(notRun) }),
    ...(missing !== undefined && { missing: text(missing) }),
    ...(image !== undefined && { image: text(image) }),
    ...(noStage !== undefined && { noStage: text(noStage) }),
    ...(meant !== undefined && { meant: text(meant) }),
  };
}

export function redactedTransfer(update: TransferUpdate, { text }: Redactor): TransferUpdate {
  return { ...update, id: text(update.id) };
}

/** Engines tell a warning again for each platform, and for each step that it belongs to. */
export function addWarnings(
  known: readonly BuildWarning[],
  told: readonly BuildWarning[],
  { text }: Redactor,
): readonly BuildWarning[] {
  const all = new Map(known.map((warning) => [JSON.stringify(warning), warning]));
  for (const warning of told) {
    const clean = {
      ...warning,
      message: text(warning.message),
      detail: warning.detail.map(text),
    };
    const key = JSON.stringify(clean);
    if (!all.has(key)) all.set(key, clean);
  }
  return all.size === known.length ? known : [...all.values()];
}
