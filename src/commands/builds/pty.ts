import * as vscode from 'vscode';
import type { Builds } from '../../engine/builds/service.ts';
import { drawBuild } from '../../engine/builds/terminal.ts';
import type { Frame } from '../../engine/builds/terminal.ts';
import { createCoalescer } from '../../engine/coalesce.ts';

/** Between two drawings of what has not changed but for its times, in milliseconds. */
const TICK_MS = 200;
const CTRL_C = '\x03';

export interface BuildPty extends vscode.Pseudoterminal {
  /** Draws what has changed at once. */
  flush(): void;
}

/**
 * Draws a build in a terminal, in place, until it has ended. Ctrl+C cancels the build.
 * @param id of a build that has begun, or of one of before
 * @param onClose called when the person closes the terminal
 */
export function createBuildPty(builds: Builds, id: string, onClose: () => void): BuildPty {
  const written = new vscode.EventEmitter<string>();
  let size: vscode.TerminalDimensions = { columns: 80, rows: 24 };
  let frame: Frame | undefined;
  let open = false;
  /** All has been drawn, for good. */
  let complete = false;
  let timer: NodeJS.Timeout | undefined;

  function draw(): void {
    clearTimeout(timer);
    const build = builds.get(id);
    if (!open || complete || !build) return;
    const dockerfile = builds.dockerfile(id);
    const drawn = drawBuild(
      build,
      (step) => builds.log(id, step),
      { ...size, now: Date.now(), dockerfile },
      frame,
    );
    frame = drawn.frame;
    complete = build.state !== 'running';
    written.fire(drawn.text);
    // While something runs its time goes on; when nothing does no timer is left.
    if (!complete) timer = setTimeout(draw, TICK_MS);
  }

  const drawing = createCoalescer(draw);
  const following = builds.onDidChange(({ build }) => {
    if (open && build.id === id) drawing.request();
  });
  return {
    onDidWrite: written.event,
    open(dimensions) {
      open = true;
      size = dimensions ?? size;
      draw();
    },
    setDimensions(dimensions) {
      size = dimensions;
      drawing.request();
    },
    handleInput(text) {
      if (text.includes(CTRL_C)) builds.cancel(id);
    },
    close() {
      open = false;
      clearTimeout(timer);
      drawing.cancel();
      following.dispose();
      onClose();
    },
    flush() {
      drawing.cancel();
      draw();
    },
  };
}
