/** What listening leads to. */
interface Deeds {
  /** Rows are to keep their places, or may take others again. */
  hold(wanted: boolean): void;
  /** The colours are others. */
  recolour(): void;
}

/** Listens to the pointer and the keyboard on the table, and to VS Code's changing of the theme. */
export function listen(root: HTMLElement, { hold, recolour }: Deeds): void {
  const area = root.querySelector<HTMLElement>('.table');
  area?.addEventListener('pointerover', (event) =>
    hold(event.target instanceof Element && event.target.closest('tbody') !== null),
  );
  area?.addEventListener('pointerleave', () => hold(false));
  area?.addEventListener('keydown', (event) => {
    const next = event.target instanceof Element ? neighbour(event.target, event.key) : undefined;
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
  root.addEventListener('keydown', (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key !== 'f') return;
    event.preventDefault();
    const filter = root.querySelector<HTMLInputElement>('#filter');
    filter?.focus();
    filter?.select();
  });
  // VS Code says on the body which theme it is, and puts its values into the variables.
  const attributeFilter = ['class', 'data-vscode-theme-id'];
  new MutationObserver(recolour).observe(document.body, { attributeFilter });
}

/** Where a key leads from a button of a row: to the row above or below, or to the other button of the row. */
function neighbour(from: Element, key: string): HTMLElement | undefined {
  const row = from.closest('tbody tr');
  if (!row) return undefined;
  const pick = (row: Element | null | undefined) =>
    row?.querySelector<HTMLElement>('.pick') ?? undefined;
  switch (key) {
    case 'ArrowDown':
      return pick(row.nextElementSibling);
    case 'ArrowUp':
      return pick(row.previousElementSibling);
    case 'Home':
      return pick(row.parentElement?.firstElementChild);
    case 'End':
      return pick(row.parentElement?.lastElementChild);
    case 'ArrowRight':
      return row.querySelector<HTMLElement>('.project') ?? undefined;
    case 'ArrowLeft':
      return pick(row);
    default:
      return undefined;
  }
}
