/** What the server takes from its surroundings. */
export interface Runtime {
  /** How long typing must pause before diagnostics are worked out, in milliseconds. */
  readonly debounceMs: number;
  readonly setTimeout: (callback: () => void, ms: number) => NodeJS.Timeout;
  readonly clearTimeout: (timer: NodeJS.Timeout) => void;
  /** Address of the rules' pages that are shipped, with a slash at its end. */
  readonly pages: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}
