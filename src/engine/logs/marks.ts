import { oneLine } from '../../util/format.ts';

/** Something that happened to a container whose log is read, as it stands between its lines. */
export type Mark =
  | { readonly kind: 'exited'; readonly code: number | undefined; readonly oom: boolean }
  | { readonly kind: 'started' | 'removed' | 'lost' | 'back' | 'elsewhere' }
  /** Its log can't be read. */
  | { readonly kind: 'unreadable'; readonly driver: string }
  | { readonly kind: 'failed'; readonly message: string };

/** What is said of it, in one sentence. */
export function markText(mark: Mark, container: string): string {
  const name = oneLine(container);
  switch (mark.kind) {
    case 'exited': {
      const code = mark.code === undefined ? '' : ` with code ${mark.code}`;
      if (mark.oom) return `${name} was killed${code}: out of memory`;
      return `${name} exited${code}`;
    }
    case 'started':
      return `${name} started again`;
    case 'removed':
      return `${name} was removed`;
    case 'lost':
      return `The engine does not answer: the log of ${name} goes on when it does`;
    case 'back':
      return `The engine answers again: the log of ${name} goes on`;
    case 'elsewhere':
      return `Another engine was chosen: the log of ${name} ends here`;
    case 'unreadable':
      return `The log of ${name} cannot be read: the logging driver ${oneLine(mark.driver) || 'that it has'} keeps none`;
    case 'failed':
      return `The log of ${name} broke off: ${oneLine(mark.message)}`;
  }
}

/** Whether it is bad news. */
export function isBad(mark: Mark): boolean {
  switch (mark.kind) {
    case 'exited':
      return mark.oom || (mark.code !== undefined && mark.code !== 0);
    case 'lost':
    case 'unreadable':
    case 'failed':
      return true;
    case 'started':
    case 'removed':
    case 'back':
    case 'elsewhere':
      return false;
  }
}
