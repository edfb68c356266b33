/** Runs work before the browser's next frame, however often it is asked for until then. */
export function perFrame(work: () => void): () => void {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      work();
    });
  };
}

/** Something that is put off, one at a time: asking again takes the place of what was asked before. */
export interface Later {
  after(ms: number, work: () => void): void;
  cancel(): void;
}

/** Makes a timer that holds one piece of work. */
export function later(): Later {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const cancel = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  return {
    after(ms, work) {
      cancel();
      timer = setTimeout(work, ms);
    },
    cancel,
  };
}
