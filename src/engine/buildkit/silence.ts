import type { GrpcClient } from './grpc/client.ts';

/** Milliseconds without a word after which the engine is asked whether it is there, and that it is given to say so. */
export interface Patience {
  readonly quiet: number;
  readonly answer: number;
}

const PATIENCE: Patience = { quiet: 5000, answer: 3000 };

export interface SilenceWatch {
  /** To be called whenever the engine says something. */
  heard(): void;
  end(): void;
}

/**
 * Watches whether an engine that says nothing is there at all: a step may run for long without a word, but a machine that
 * sleeps, or a process that is stopped, answers nothing either. It is pinged by HTTP/2 (RFC 9113, 6.7), while it says nothing.
 * @param onSilence told that it does not answer, and then that it does again
 */
export function watchSilence(
  builder: Pick<GrpcClient, 'answers'>,
  onSilence: (isSilent: boolean) => void,
  { quiet, answer }: Patience = PATIENCE,
): SilenceWatch {
  let isSilent = false;
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;
  /** Of pings only the last counts. */
  let turn = 0;

  function heard(): void {
    if (isOver) return;
    turn++;
    clearTimeout(timer);
    timer = setTimeout(ask, quiet).unref();
    if (!isSilent) return;
    isSilent = false;
    onSilence(false);
  }

  function ask(): void {
    const mine = ++turn;
    timer = setTimeout(() => {
      isSilent = true;
      onSilence(true);
    }, answer).unref();
    void builder.answers().then(() => {
      if (mine === turn) heard();
    });
  }

  heard();
  return {
    heard,
    end() {
      isOver = true;
      clearTimeout(timer);
    },
  };
}
