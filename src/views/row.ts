import type { Noun } from '../manifest/facts.ts';

/** A codicon and the theme colour it is drawn in. */
export interface Icon {
  readonly id: string;
  readonly color?: string;
}

/**
 * One line of a tree, as plain data: what a pure function makes of an item and the settings.
 * `key` names the object and never its state, so that selection, expansion and scroll survive every change.
 */
export interface Row {
  /** Unique in its view. */
  readonly key: string;
  readonly noun: Noun;
  /** What holds of it; with the noun it makes the `contextValue`. */
  readonly facts: readonly string[];
  readonly label: string;
  /** What stands in the tree instead of a label that would leave no room for the description. */
  readonly short?: string;
  /** What it is called where the rows above it are not in sight, as in a list to choose from; its label when absent. */
  readonly full?: string;
  /** Parts of the label that match the filter: [start, end) pairs. */
  readonly highlights?: readonly (readonly [number, number])[];
  readonly description?: string;
  readonly icon: Icon;
  /** What a screen reader says; label and description when absent. */
  readonly spoken?: string;
  /** Markdown, made when the pointer rests on the row. Text from outside must have gone through `md`. */
  readonly tooltip?: () => string | Promise<string>;
  /** What commands get: an item of the store, a file, a tag … */
  readonly target?: unknown;
  /** Rows below it; a promise where they are fetched when it is opened. */
  readonly children?: readonly Row[] | (() => Promise<readonly Row[]>);
  readonly expanded?: boolean;
  /**
   * VS Code minds `expanded` once, when it first sees a row; from then on the person has it as they like. A row with another
   * `turn` counts as not yet seen.
   */
  readonly turn?: string;
  /** Id (without prefix) of the command that a click runs, with the row as its argument. */
  readonly click?: string;
}

/**
 * Whether two rows look and behave alike, children aside: if so the tree need not be told.
 * Targets are compared by identity, for the store keeps unchanged items.
 */
export function sameRow(a: Row, b: Row): boolean {
  return (
    a.label === b.label &&
    a.short === b.short &&
    a.turn === b.turn &&
    a.description === b.description &&
    a.icon.id === b.icon.id &&
    a.icon.color === b.icon.color &&
    a.facts.join() === b.facts.join() &&
    a.spoken === b.spoken &&
    a.click === b.click &&
    (a.highlights ?? []).join() === (b.highlights ?? []).join() &&
    (a.children === undefined) === (b.children === undefined)
  );
}
