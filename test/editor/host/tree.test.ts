import { strict as assert } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { MarkdownString, TreeItemCollapsibleState } from 'vscode';
import type { Row } from '../../../src/views/row.ts';
import { createTree } from '../../../src/views/tree.ts';
import type { Node } from '../../../src/views/tree.ts';

const row = (key: string, over: Partial<Row> = {}): Row => ({
  key,
  noun: 'container',
  facts: ['running'],
  label: key,
  icon: { id: 'vm' },
  ...over,
});

/** A tree with its rows asked for, as VS Code does, and what it told to ask for again since. */
async function shown(rows: readonly Row[]) {
  const tree = createTree();
  tree.update(rows);
  const told: (string | undefined)[][] = [];
  const children = async (node?: Node) => (await tree.getChildren(node)) ?? [];
  for (const node of await children()) if (node.row.children) await children(node);
  tree.onDidChangeTreeData?.((change) => {
    const nodes = Array.isArray(change) ? change : [change];
    told.push(nodes.map((node) => (node as Node | undefined)?.row.key));
  });
  return { tree, told, children };
}

/** A tree of one row, `r`, whose children are read once `answers` gives them, oldest first, and what it told. */
async function slow() {
  const answers: ((rows: readonly Row[]) => void)[] = [];
  const tree = createTree();
  const children = () => new Promise<readonly Row[]>((resolve) => answers.push(resolve));
  tree.update([row('r', { children })]);
  const [r] = (await tree.getChildren()) ?? [];
  const told: unknown[] = [];
  tree.onDidChangeTreeData?.((change) => told.push(change));
  return { tree, r, answers, told };
}

describe('the tree', () => {
  it('tells of the one row that looks different, and of none when none does', async () => {
    const { tree, told } = await shown([row('a'), row('b')]);
    tree.update([row('a'), row('b', { description: 'new' })]);
    assert.deepEqual(told, [['b']]);
    tree.update([row('a'), row('b', { description: 'new' })]);
    assert.deepEqual(told, [['b']]);
  });

  it('tells nothing before it was asked for rows, nor while there are none', async () => {
    const tree = createTree();
    let told = 0;
    tree.onDidChangeTreeData?.(() => (told += 1));
    tree.update([]);
    tree.update([row('a')]);
    assert.equal(told, 0);
    assert.equal((await tree.getChildren())?.length, 1);
    tree.update([]);
    assert.equal(told, 1);
    tree.update([]);
    assert.equal(told, 1);
    tree.update([row('b')]);
    // It is told at VS Code's pace.
    await sleep(300);
    assert.equal(told, 2);
  });

  it('tells of rows that keep changing no faster than VS Code listens, and of the last in the end', async () => {
    const { tree, told } = await shown([row('a'), row('b')]);
    const times: number[] = [];
    tree.onDidChangeTreeData?.(() => times.push(performance.now()));
    const began = performance.now();
    for (let index = 0; index < 20; index++) {
      tree.update([row('a', { description: String(index) }), row('b')]);
      await sleep(30);
    }
    tree.update([row('a'), row('b', { description: 'last' })]);
    // A busy machine sleeps longer.
    const most = 3 + (performance.now() - began) / 200;
    await sleep(500);
    assert.ok(told.length >= 3 && told.length <= most, `told ${told.length} times`);
    assert.ok(told.at(-1)?.includes('b'));
    // VS Code's own timer takes 200 ms: what comes within puts off all that came before.
    for (const [index, time] of times.entries())
      assert.ok(index === 0 || time - (times[index - 1] ?? 0) > 200, times.join());
  });

  it('asks for a level again when rows came, went or moved', async () => {
    for (const next of [['a', 'b', 'c'], ['a'], ['b', 'a']]) {
      const { tree, told } = await shown([row('a'), row('b')]);
      tree.update(next.map((key) => row(key)));
      assert.deepEqual(told, [[undefined]], next.join());
    }
  });

  it('asks for a group again, and not for the rest, when its members changed', async () => {
    const group = (...keys: string[]) => row('g', { children: keys.map((key) => row(key)) });
    const { tree, told, children } = await shown([row('a'), group('x')]);
    tree.update([row('a'), group('x', 'y')]);
    assert.deepEqual(told, [['g']]);
    const [, g] = await children();
    assert.deepEqual(
      (await children(g)).map(({ row: { key } }) => key),
      ['x', 'y'],
    );
  });

  it('tells of members first, and a pace later of groups that only look different', async () => {
    const group = (text: string, ...keys: string[]) =>
      row('g', { description: text, children: keys.map((key) => row(key, { description: text })) });
    const { tree, told } = await shown([group('one', 'x')]);
    tree.update([group('two', 'x')]);
    assert.deepEqual(told, [['x']]);
    // Members that change meanwhile do not put it off any more.
    tree.update([group('three', 'x')]);
    await sleep(300);
    assert.deepEqual(told, [['x'], ['g', 'x']]);
    tree.update([group('four', 'x', 'y')]);
    await sleep(300);
    assert.deepEqual(told.slice(2), [['x', 'g']], 'a row that came is not put off');
  });

  it('keeps the identity of a row over every change of its state, so that selection stays', async () => {
    const { tree, children } = await shown([row('a'), row('b')]);
    const [, before] = await children();
    tree.update([row('c'), row('b', { facts: ['stopped'], label: 'renamed' }), row('a')]);
    const after = (await children())[1];
    assert.equal(after, before);
    assert.ok(before);
    const item = await tree.getTreeItem(before);
    assert.equal(item.id, 'b');
    assert.equal(item.contextValue, 'container+stopped+');
    assert.equal(item.collapsibleState, TreeItemCollapsibleState.None);
  });

  it('forgets what went, its children too', async () => {
    const { tree } = await shown([row('g', { children: [row('x')] })]);
    assert.ok(tree.find('x'));
    tree.update([row('a')]);
    assert.equal(tree.find('x'), undefined);
    assert.equal(tree.find('g'), undefined);
  });

  it('fetches the children of a row when they are asked for, and anew after a reload', async () => {
    let fetched = 0;
    const { tree, told, children } = await shown([
      row('r', {
        children: async () => {
          fetched++;
          return [row(`child-${fetched}`)];
        },
      }),
    ]);
    assert.equal(fetched, 1);
    tree.reload('r');
    assert.deepEqual(told, [['r']]);
    const [r] = await children();
    assert.deepEqual(
      (await children(r)).map(({ row: { key } }) => key),
      ['child-2'],
    );
  });

  it('gives what is known of a row at once, reads it anew, and tells when it is different', async () => {
    let answer: (rows: readonly Row[]) => void = () => assert.fail('nothing is fetched');
    let reads = 0;
    const read = () => {
      reads++;
      return new Promise<readonly Row[]>((resolve) => (answer = resolve));
    };
    const tree = createTree();
    tree.update([row('r', { children: read })]);
    const keys = (nodes: Node[] | null | undefined) => nodes?.map(({ row: { key } }) => key);
    const [r] = (await tree.getChildren()) ?? [];
    assert.ok(r);
    const told: unknown[] = [];
    tree.onDidChangeTreeData?.((change) => told.push(change));
    const first = Promise.all([tree.getChildren(r), tree.getChildren(r)]);
    answer([row('one')]);
    for (const nodes of await first) assert.deepEqual(keys(nodes), ['one']);
    assert.deepEqual(keys(await tree.getChildren(r)), ['one'], 'while it is read');
    answer([row('one'), row('two')]);
    await sleep(300);
    assert.deepEqual(told, [[r]]);
    assert.deepEqual(keys(await tree.getChildren(r)), ['one', 'two']);
    assert.equal(reads, 2, 'what was told of is not read a second time');
    assert.deepEqual(keys(await tree.getChildren(r)), ['one', 'two']);
    assert.equal(reads, 3);
    answer([row('one'), row('two')]);
    await sleep(300);
    assert.equal(told.length, 1);
  });

  it('keeps the rows while they are read anew for what changed, and tells only what differs', async () => {
    const { tree, r, answers, told } = await slow();
    const keys = (nodes: Node[] | null | undefined) => nodes?.map(({ row: { key } }) => key);
    const first = tree.getChildren(r);
    answers[0]?.([row('one')]);
    await first;
    tree.reread('r');
    // Again, before the first of them has been answered: what that one says is not taken.
    tree.reread('r');
    assert.equal(answers.length, 3);
    answers[1]?.([row('old')]);
    await sleep(300);
    assert.deepEqual([told, keys([...(r?.children?.values() ?? [])])], [[], ['one']]);
    answers[2]?.([row('one'), row('two')]);
    await sleep(300);
    assert.deepEqual(told, [[r]]);
    assert.deepEqual(keys(await tree.getChildren(r)), ['one', 'two']);
    assert.equal(answers.length, 3);
    tree.reread('r');
    answers[3]?.([row('one', { description: 'larger' }), row('two')]);
    await sleep(300);
    assert.deepEqual(told, [[r], [tree.find('one')]]);
  });

  it('tells nothing of a row that VS Code waits for, and reads it anew for what changed meanwhile', async () => {
    const { tree, r, answers, told } = await slow();
    const first = tree.getChildren(r);
    tree.reread('r');
    answers[0]?.([row('one')]);
    assert.equal((await first)?.length, 1);
    assert.deepEqual(told, []);
    await sleep(300);
    answers[1]?.([row('one'), row('two')]);
    await sleep(300);
    assert.deepEqual(told, [[r]]);
    assert.equal((await tree.getChildren(r))?.length, 2);
  });

  it('leaves what was read before a reload alone', async () => {
    const { tree, r, answers } = await slow();
    const before = tree.getChildren(r);
    tree.reload('r');
    const after = tree.getChildren(r);
    answers[1]?.([row('new')]);
    assert.deepEqual(
      (await after)?.map(({ row: { key } }) => key),
      ['new'],
    );
    answers[0]?.([row('old')]);
    assert.deepEqual(
      (await before)?.map(({ row: { key } }) => key),
      ['new'],
    );
  });

  it('says why a row could not be read anew', async () => {
    let fails = false;
    const { tree, told, children } = await shown([
      row('r', {
        children: () => (fails ? Promise.reject(new Error('gone')) : Promise.resolve([])),
      }),
    ]);
    fails = true;
    const [r] = await children();
    await children(r);
    await sleep(0);
    assert.deepEqual(told, [['r']]);
    await assert.rejects(Promise.resolve(tree.getChildren(r)), /gone/);
  });

  it('makes tooltips that can do nothing: no HTML, no commands', async () => {
    const { tree, children } = await shown([row('a', { tooltip: () => '[x](command:evil)' })]);
    const [node] = await children();
    assert.ok(node);
    const item = await tree.getTreeItem(node);
    const token = {
      isCancellationRequested: false,
      onCancellationRequested: () => ({ dispose() {} }),
    };
    await tree.resolveTreeItem?.(item, node, token);
    assert.ok(item.tooltip instanceof MarkdownString);
    assert.equal(item.tooltip.isTrusted, false);
    assert.equal(item.tooltip.supportHtml, false);
  });
});
