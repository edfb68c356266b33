import * as vscode from 'vscode';
import type { Session, SessionEnd } from '../engine/session.ts';
import { ansi, dropCommands, toTerminal } from '../util/ansi.ts';
import { oneLine } from '../util/format.ts';

/** A terminal that only we write to. */
export interface Output {
  write(text: string): void;
  /** Says the last line; the terminal stays until it is closed. */
  end(text: string): void;
  show(preserveFocus?: boolean): void;
  /** Aborted when the person closes the terminal. */
  readonly closed: AbortSignal;
}

/**
 * Opens a terminal for output: a build, a log. Colours and cursor movements of the text take effect; what would reach
 * further, to the clipboard or the window's title, does not.
 */
export function openOutput(name: string, icon: string): Output {
  const written = new vscode.EventEmitter<string>();
  const closing = new AbortController();
  const harmless = dropCommands();
  let waiting: string[] | undefined = [];
  const terminal = vscode.window.createTerminal({
    name: oneLine(name),
    iconPath: new vscode.ThemeIcon(icon),
    isTransient: true,
    pty: {
      onDidWrite: written.event,
      open() {
        for (const text of waiting ?? []) written.fire(text);
        waiting = undefined;
      },
      close: () => closing.abort(),
    },
  });
  const write = (raw: string) => {
    const text = harmless(raw);
    // What is written before VS Code has drawn the terminal would be lost.
    if (waiting) waiting.push(toTerminal(text));
    else written.fire(toTerminal(text));
  };
  return {
    write,
    end: (text) => write(`\n${ansi.dim(text)}\n`),
    show: (preserveFocus = true) => terminal.show(preserveFocus),
    closed: closing.signal,
  };
}

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** What to tell of a session that has ended. */
function farewell({ exitCode, detached, message }: SessionEnd): string {
  if (message) return message;
  if (detached) return vscode.l10n.t('Detached: it goes on without this terminal.');
  return exitCode === undefined
    ? vscode.l10n.t('Ended.')
    : vscode.l10n.t('Ended with exit code {0}.', exitCode);
}

/**
 * Opens a terminal on a process in a container. The process is started once the terminal's size is known, and let go of
 * when the terminal is closed.
 * @param start starts or attaches to the process; its failure rejects the promise, and closes the terminal
 */
export function openSession(
  name: string,
  icon: string,
  start: (size: TerminalSize) => Promise<Session>,
): Promise<void> {
  const written = new vscode.EventEmitter<string>();
  let session: Session | undefined;
  let open = true;
  let latest: TerminalSize | undefined;
  return new Promise((done, fail) => {
    async function run(size: TerminalSize): Promise<void> {
      session = await start(size);
      if (!open) session.close();
      // The panel may have been drawn or resized while the process was being started.
      if (latest) void session.resize(latest.columns, latest.rows);
      done();
      const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
      for await (const { stream, data } of session.output) {
        const text = decoders[stream].decode(data, { stream: true });
        // Without a terminal of its own a process ends its lines as files do.
        written.fire(session.tty ? text : toTerminal(text));
      }
      const text = farewell(await session.ended);
      if (open) written.fire(toTerminal(`\n${ansi.dim(text)}\n`));
    }
    const pty: vscode.Pseudoterminal = {
      onDidWrite: written.event,
      open(size) {
        run(size ?? { columns: 80, rows: 24 }).catch((error: unknown) => {
          terminal.dispose();
          fail(error);
        });
      },
      close() {
        open = false;
        session?.close();
      },
      handleInput(text) {
        void session?.write(session.tty ? text : text.replaceAll('\r', '\n'));
      },
      setDimensions(dimensions) {
        latest = dimensions;
        void session?.resize(dimensions.columns, dimensions.rows);
      },
    };
    const terminal = vscode.window.createTerminal({
      name: oneLine(name),
      iconPath: new vscode.ThemeIcon(icon),
      isTransient: true,
      pty,
    });
    terminal.show();
  });
}
