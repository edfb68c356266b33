/** What VS Code gives a webview to speak with its extension. It can be asked for once. */
interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** The extension, as a webview sees it. */
export interface Host<From> {
  send(message: From): void;
  /** What was kept last, by this webview or by the one that was there before VS Code was restarted. */
  recall(): unknown;
  keep(state: unknown): void;
}

/**
 * Connects a webview with its extension. What comes from the extension is taken as it is, for nobody else can send to
 * this window: its frame is VS Code's own, and no other is in it.
 */
export function connect<From>(receive: (message: unknown) => void): Host<From> {
  const api = acquireVsCodeApi();
  addEventListener('message', ({ data }: MessageEvent<unknown>) => receive(data));
  return {
    send: (message) => api.postMessage(message),
    recall: () => api.getState(),
    keep: (state) => api.setState(state),
  };
}
