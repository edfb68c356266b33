import type { Needs, Noun } from '../facts.ts';
import type { ViewId } from '../views.ts';

/** One verb, one id. Everything that menus, the palette and the pickers need to know of it. */
export interface CommandSpec {
  readonly title: string;
  /** Codicon, shown where the command is a button. */
  readonly icon?: string;
  /** The rows it acts upon; without it the command takes no target. The first is what a picker offers. */
  readonly on?: readonly Noun[];
  readonly needs?: Needs;
  /** Acts on all selected rows at once. */
  readonly many?: boolean;
  /** Position among the buttons of a row. */
  readonly inline?: number;
  /** `group@order` in the row's context menu. */
  readonly menu?: string;
  /** Place in the title bar of a view: `navigation@n` is a button, anything else the overflow menu. */
  readonly view?: { readonly id: ViewId; readonly group: string; readonly when?: string };
  /** Offered on Dockerfiles in the explorer and the editor. */
  readonly dockerfile?: boolean;
  /** Offered on ignore files, too. */
  readonly ignoreFile?: boolean;
  /** Offered on every file and folder in the explorer. */
  readonly explorer?: boolean;
  /** When-clause for being enabled at all. */
  readonly enablement?: string;
  /** Hidden from the palette: it makes no sense there. */
  readonly palette?: false;
  /** What the progress notification says when the engine takes its time: `Stopping`. */
  readonly doing?: string;
  readonly key?: { readonly key: string; readonly mac?: string; readonly when: string };
}
