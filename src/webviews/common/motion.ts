/** Whether the person wants nothing to move: so the system says, or VS Code's own setting, for which it marks the page. */
export const wantsStill = (): boolean =>
  matchMedia('(prefers-reduced-motion: reduce)').matches ||
  document.body.classList.contains('vscode-reduce-motion');
