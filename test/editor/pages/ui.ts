import type { Page } from 'playwright-core';
import type { Window } from '../../../scripts/lib/vscode.ts';
import { container } from './views.ts';
import type { Container } from './views.ts';
import { editor } from './editor.ts';
import type { Editor } from './editor.ts';
import { terminal } from './terminal.ts';
import type { Terminal } from './terminal.ts';
import { workbench } from './workbench.ts';
import type { Workbench } from './workbench.ts';

/** Everything that a person has before her: one window with Stevedore in it. */
export interface Ui {
  readonly page: Page;
  readonly workbench: Workbench;
  readonly stevedore: Container;
  readonly explorer: Container;
  readonly editor: Editor;
  readonly terminal: Terminal;
}

/** Page objects of a window. */
export function ui(window: Window): Ui {
  const { page } = window;
  return {
    page,
    workbench: workbench(page),
    stevedore: container(page, 'Stevedore'),
    explorer: container(page, 'Explorer'),
    editor: editor(page),
    terminal: terminal(page),
  };
}

/** What a file of UI tests is given. Its members may be used once tests run, not while they load. */
export interface UiSession {
  /** The page objects of the open window. */
  ui(): Ui;
  window(): Window;
  /** Opens another window on the same folder, in a browser profile of its own. It is closed after the test. */
  anotherWindow(): Promise<Ui>;
  /** The same in an editor that asks whether the folder is trusted, and has not been told. */
  untrustedWindow(): Promise<Ui>;
  /** A folder in which the window looks for programs before it looks anywhere else. Empty at first. */
  readonly programs: string;
  /** The folder that is open: a copy of samples/hello, free to be changed. */
  readonly workspace: string;
  /** Packets that left for anywhere but this machine since the session began. */
  packetsOut(): number;
  /** Keeps a picture of the window in each kind of theme, in a run that was asked for pictures; else does nothing. */
  picture(name: string): Promise<void>;
}
