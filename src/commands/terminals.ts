import * as vscode from 'vscode';
import type { Session, SessionEnd } from '../engine/session.ts';
import { ansi, toTerminal } from '../util/ansi.ts';
import { oneLine } from '../util/format.ts';

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
 * @param start starts or attaches to the process; its failure rejects the promise, and closes the terminal. The signal
 *   fires when the terminal is closed meanwhile
 * @param isShell whether it is there to be left again: the terminal goes with it, as VS Code's own, unless it failed
 */
export function openSession(
  name: string,
  icon: string,
  start: (size: TerminalSize, closed: AbortSignal) => Promise<Session>,
  { isShell = false } = {},
): Promise<void> {
  const written = new vscode.EventEmitter<string>();
  let session: Session | undefined;
  let open = true;
  const closing = new AbortController();
  let latest: TerminalSize | undefined;
  /** Typed before there was a process to take it. */
  let early = '';
  return new Promise((done, fail) => {
    async function run(size: TerminalSize): Promise<void> {
      session = await start(size, closing.signal);
      if (!open) session.close();
      // The panel may have been drawn or resized while the process was being started.
      if (latest) void session.resize(latest.columns, latest.rows);
      type(early);
      done();
      const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
      for await (const { stream, data } of session.output) {
        const text = decoders[stream].decode(data, { stream: true });
        // Without a terminal of its own a process ends its lines as files do.
        written.fire(session.tty ? text : toTerminal(text));
      }
      const end = await session.ended;
      if (!open) return;
      if (isShell && end.exitCode === 0 && end.message === undefined) terminal.dispose();
      else written.fire(toTerminal(`\n${ansi.dim(farewell(end))}\n`));
    }
    function type(text: string): void {
      if (!session) early += text;
      else if (text) void session.write(session.tty ? text : text.replaceAll('\r', '\n'));
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
        if (session) session.close();
        else closing.abort();
      },
      handleInput: type,
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
