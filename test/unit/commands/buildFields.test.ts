import { expect, test, vi } from 'vitest';
import { loadAnew } from '../support/editor.ts';

vi.mock('vscode', async () => ({
  ...(await import('../support/editor.ts')).EDITOR,
}));

loadAnew();

const load = () => import('../../../src/commands/builds/fields.ts');

test.each(['https://example.com/app.git#main', 'git@example.com:app.git', 'ssh://git@host/app'])(
  'an address can be the build context: %s',
  async (context) => {
    const { fieldsOf, noAnswers, toOptions } = await load();
    expect(
      fieldsOf({ targets: [], args: [], secrets: [] }).context.check?.(context),
    ).toBeUndefined();
    expect(toOptions({ ...noAnswers, context }, '/src/Dockerfile', '/src').context).toBe(context);
  },
);

test('an image is no build context, which is said where it is typed', async () => {
  const { fieldsOf } = await load();
  const { check } = fieldsOf({ targets: [], args: [], secrets: [] }).context;
  expect(check?.('docker-image://alpine')).toContain('“docker-image://alpine” is neither.');
});

test.each([
  ['app', '/src/app'],
  ['/app:1', '/app:1'],
])('a folder is taken from that of the Dockerfile: %s', async (context, path) => {
  const { fieldsOf, noAnswers, toOptions } = await load();
  expect(fieldsOf({ targets: [], args: [], secrets: [] }).context.check?.(context)).toBeUndefined();
  expect(toOptions({ ...noAnswers, context }, '/src/Dockerfile', '/src').context).toBe(path);
});

test('a build argument without a value is that of the environment, as docker has it, and a label is empty', async () => {
  const { fieldsOf, noAnswers, toOptions } = await load();
  vi.stubEnv('STEVEDORE_TEST_SET', 'a b');
  const text = 'STEVEDORE_TEST_SET STEVEDORE_TEST_UNSET X=1';
  const { args, labels } = fieldsOf({ targets: [], args: [], secrets: [] });
  expect([args.check?.(text), labels.check?.('beta')]).toEqual([undefined, undefined]);
  expect(args.check?.('=1')).toContain('NAME=value');
  const answers = { ...noAnswers, args: text, labels: 'beta' };
  expect(toOptions(answers, '/src/Dockerfile', '/src')).toMatchObject({
    buildArgs: { STEVEDORE_TEST_SET: 'a b', X: '1' },
    labels: { beta: '' },
  });
  vi.unstubAllEnvs();
});

test('a build may have several outputs, each in a place of its own', async () => {
  const { fieldsOf, noAnswers, toOptions } = await load();
  const { output } = fieldsOf({ targets: [], args: [], secrets: [] });
  const text = 'type=image "type=local,dest=my files" type=tar,dest=a.tar';
  expect(output.check?.(text)).toBeUndefined();
  expect(toOptions({ ...noAnswers, output: text }, '/src/Dockerfile', '/src').outputs).toEqual([
    { type: 'image' },
    { type: 'local', dest: '/src/my files' },
    { type: 'tar', dest: '/src/a.tar' },
  ]);
  expect(output.check?.('type=image type=zip,dest=a')).toContain('“type=zip,dest=a” is not of');
  expect(output.check?.('a a')).toContain('Two outputs go to “/a”');
  expect(toOptions(noAnswers, '/src/Dockerfile', '/src').outputs).toBeUndefined();
  for (const offer of output.offers ?? [])
    expect('value' in offer && output.check?.(offer.value)).toBeUndefined();
});

test('what can be chosen from says how it is written in a line that has room in its box', async () => {
  const { fieldsOf } = await load();
  for (const field of Object.values(fieldsOf({ targets: [], args: [], secrets: [] })))
    if ('offers' in field) expect(field.prompt.length, field.prompt).toBeLessThanOrEqual(80);
});

test('an output may name the image and have it pushed', async () => {
  const { noAnswers, toOptions } = await load();
  const answers = { ...noAnswers, output: 'type=registry,name=r.test/a' };
  expect(toOptions(answers, '/src/Dockerfile', '/src')).toMatchObject({
    outputs: [{ type: 'image' }],
    tags: ['r.test/a'],
    push: true,
  });
  expect(toOptions({ ...answers, tag: 'b' }, '/src/Dockerfile', '/src').tags).toEqual(['b']);
});

test('a secret that a step asks for is offered, and taken from the file that is named for it', async () => {
  const { fieldsOf, noAnswers, toOptions } = await load();
  const secrets = [
    { id: 'npm', required: true },
    { id: 'token', required: false },
  ];
  expect(fieldsOf({ targets: [], args: [], secrets }).secrets.offers).toEqual([
    { label: 'npm', description: 'required: the file that it is in', name: 'npm' },
    { label: 'token', description: 'the file that it is in', name: 'token' },
  ]);
  // As an offer with a name is written into the text.
  const answers = { ...noAnswers, secrets: 'npm=/home/me/.npmrc' };
  expect(toOptions(answers, '/src/Dockerfile', '/src').secrets).toEqual([
    { id: 'npm', file: '/home/me/.npmrc' },
  ]);
});
