import { expect, test, vi } from 'vitest';
import type { Run } from '../../../src/commands/services.ts';
import { loadAnew } from '../support/editor.ts';

const { boxes } = vi.hoisted(() => ({ boxes: [] as ReturnType<typeof inputBox>[] }));

/** As VS Code's: it closes when the focus goes elsewhere, unless it is told not to. */
function inputBox() {
  const listeners: Record<string, (value: string) => void> = {};
  const on = (name: string) => (listener: (value: string) => void) =>
    void (listeners[name] = listener);
  const box = {
    ignoreFocusOut: false,
    value: '',
    title: '',
    placeholder: '',
    onDidChangeValue: on('value'),
    onDidAccept: on('accept'),
    onDidHide: on('hide'),
    show() {},
    dispose() {},
    hide: () => listeners['hide']?.(''),
    type: (text: string) => listeners['value']?.(text),
    enter: () => listeners['accept']?.(''),
    leave: () => {
      if (!box.ignoreFocusOut) box.hide();
    },
  };
  return box;
}

vi.mock('vscode', async () => ({
  ...(await import('../support/editor.ts')).EDITOR,
  window: {
    createInputBox() {
      const box = inputBox();
      boxes.push(box);
      return box;
    },
  },
}));

loadAnew();

test('a filter that is typed stays while a row is looked at, and goes by Escape', async () => {
  const { arrangeHandlers } = await import('../../../src/commands/arrange.ts');
  let filter = 'before';
  const views = { filter: () => filter, setFilter: (_: string, text: string) => (filter = text) };
  const run = { views } as unknown as Run<never>;
  const first = arrangeHandlers['containers.filter'](run);
  boxes[0]?.type('web');
  boxes[0]?.leave();
  expect(filter).toBe('web');
  boxes[0]?.enter();
  await first;
  expect(filter).toBe('web');
  const second = arrangeHandlers['containers.filter'](run);
  boxes[1]?.type('db');
  boxes[1]?.hide();
  await second;
  expect(filter).toBe('web');
});

test('a filter says what it looks at', async () => {
  const { arrangeHandlers } = await import('../../../src/commands/arrange.ts');
  const run = { views: { filter: () => '', setFilter() {} } } as unknown as Run<never>;
  const ids = ['containers.filter', 'images.filter', 'volumes.filter'] as const;
  const said = ids.map(async (id) => {
    const done = arrangeHandlers[id](run);
    const box = boxes.at(-1);
    box?.hide();
    await done;
    return `${box?.title}: ${box?.placeholder}`;
  });
  expect(await Promise.all(said)).toEqual([
    'Filter Containers: Words in the name, image, project, service, state or ID',
    'Filter Images: Words in the name or ID',
    'Filter Volumes: Words in the name or driver',
  ]);
});
