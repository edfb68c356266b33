import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ImageClient } from './imageClient.ts';
import { createImageClient } from './imageClient.ts';

let client: ImageClient;
beforeEach(() => void (client = createImageClient()));
afterEach(() => client.session.close());

describe('variables of the base image', () => {
  const words = async (text: string, rule = 'UndefinedVar') => {
    const { doc, findings } = await client.found(text, rule);
    return findings.map(({ range }) => doc.text(range));
  };

  it('are set, as the engine says, in all stages that start from it', async () => {
    client.local['app:1'] = { variables: ['APP_UID', 'PATH'] };
    await client.start();
    expect(await words('FROM app:1 AS base\nUSER $APP_UID\nWORKDIR /$OTHER')).toEqual(['$OTHER']);
    expect(
      await words('ARG V=1\nFROM app:$V AS base\nFROM base AS b\nFROM b\nUSER ${APP_UID}:$GID'),
    ).toEqual(['$GID']);
    expect(await words('FROM app:1 AS base\nFROM app:2\nUSER $APP_UID')).toEqual(['$APP_UID']);
  });

  it('are asked of the registry where the engine has no such image, if that may be', async () => {
    client.remote['app:1'] = { variables: ['APP_UID'] };
    await client.start();
    expect(await words('FROM app:1\nUSER $APP_UID')).toEqual([]);
    await client.session.configure({ completion: { registries: false } });
    expect(await words('FROM app:1\nUSER  $APP_UID')).toEqual(['$APP_UID']);
  });

  it('are asked of the registry for one platform alone', async () => {
    client.builder = 'linux/arm64';
    client.remote['app:1'] = { variables: ['APP_UID'] };
    await client.start();
    for (const flag of ['--platform=linux/x86_64 ', '--platform=$BUILDPLATFORM ', ''])
      expect(await words(`FROM ${flag}app:1\nUSER $APP_UID`)).toEqual([]);
    const ofImage = client.asked.filter((one) => 'reference' in one && one.reference === 'app:1');
    const request = { from: 'registries', about: 'variables', reference: 'app:1', aside: true };
    expect(ofImage.filter(({ from }) => from === 'registries')).toEqual([
      { ...request, platform: 'linux/amd64' },
      { ...request, platform: 'linux/arm64' },
    ]);
  });

  it.each([
    ['arg-not-in-stage', 'ARG X=1\nFROM app:1\nRUN a $X'],
    ['arg-not-in-stage', 'FROM app:1 AS base\nFROM base\nRUN a $TARGETARCH'],
    ['defined-after-use', 'FROM app:1\nRUN a $X\nENV X=1'],
    ['defined-after-use', 'FROM app:1 AS base\nFROM base\nRUN a $X\nARG X'],
  ])('keep %s from what a RUN reads', async (rule, text) => {
    client.local['app:1'] = { variables: ['X', 'TARGETARCH'] };
    client.local['app:2'] = { variables: ['Y'] };
    await client.start();
    expect(await words(text, `stevedore/${rule}`)).toEqual([]);
    expect(await words(text.replace('app:1', 'app:2'), `stevedore/${rule}`)).toHaveLength(1);
  });

  it('make a VOLUME that would be empty one that is not', async () => {
    client.local['db:1'] = { variables: ['PGDATA'] };
    await client.start();
    const text = 'FROM db:1\nVOLUME $PGDATA $PGOTHER ""';
    expect(await words(text)).toEqual(['$PGOTHER']);
    expect(await words(`${text} `, 'build-error/empty-volume')).toEqual(['$PGOTHER', '""']);
  });

  it.each([
    ['WorkdirRelativePath', 'WORKDIR $X'],
    ['build-error/invalid-port', 'EXPOSE 80 $X/tcp'],
    ['build-error/invalid-signal', 'STOPSIGNAL $X'],
    ['build-error/missing-mount-target', 'RUN --mount=type=cache,target=$X make'],
    ['build-error/invalid-mount-value', 'RUN --mount=type=cache,uid=$X,target=/c make'],
    ['build-error/invalid-mount', 'RUN --mount=type=secret,id=$X make'],
    ['build-error/invalid-substitution', 'USER ${X:?is needed}'],
    ['build-error/unknown-mount-type', 'RUN --mount=type=$X,target=/c make'],
    ['build-error/invalid-checksum', 'ADD --checksum=sha256:$X https://a/b /c'],
    ['build-error/invalid-git-source', 'ADD https://a/b.git?ref=$X&tag=v1 /c'],
    ['build-error/missing-mount-target', 'WORKDIR $X\nRUN --mount=target=. make'],
  ])('keep %s from what hangs on them', async (rule, line) => {
    client.local['app:1'] = { variables: ['X'] };
    await client.start();
    expect(await words(`FROM app:1\n${line}`, rule)).toEqual([]);
    // Also in a trigger of ONBUILD.
    const trigger = line.replace(/^/gm, 'ONBUILD ');
    expect(await words(`FROM app:1 AS a\n${trigger}\nFROM a`, rule)).toEqual([]);
    expect(await words(`FROM app:2\n${line}`, rule)).toHaveLength(1);
    // Also through other variables, those of a stage that this one starts from, too.
    const other = `ENV Y=$X\nARG Z=\${Y}\nFROM a\n${line.replace(/(?<=\$\{?)X/, 'Z')}`;
    expect(await words(`FROM app:1 AS a\n${other}`, rule)).toEqual([]);
    expect(await words(`FROM app:2 AS a\n${other}`, rule)).toHaveLength(1);
  });

  it('leave alone what runs in the shell that the base image sets, as the engine knows it', async () => {
    const rule = 'JSONArgsRecommended';
    client.local['books:1'] = { shell: true };
    await client.start();
    expect(await words('FROM books:1\nCMD start.sh', rule)).toEqual([]);
    expect(await words('FROM books:1 AS a\nFROM a\nENTRYPOINT start.sh', rule)).toEqual([]);
    expect(await words('FROM books:2\nCMD start.sh', rule)).toEqual(['start.sh']);
  });

  it('leave a mount in the working directory of the base image, as the engine knows it', async () => {
    const rule = 'build-error/missing-mount-target';
    client.local['go:1'] = { workdir: true };
    await client.start();
    const mount = 'RUN --mount=target=. make';
    expect(await words(`FROM go:1\n${mount}`, rule)).toEqual([]);
    expect(await words(`FROM go:1 AS a\nFROM a\n${mount} it`, rule)).toEqual([]);
    expect(await words(`FROM go:2\n${mount}`, rule)).toEqual(['target=.']);
    expect(await words(`FROM go:1\nWORKDIR /\n${mount}`, rule)).toEqual(['target=.']);
    expect(await words('FROM go:1\nRUN --mount=target=/ make', rule)).toEqual(['target=/']);
  });

  it('excuse nothing beside them', async () => {
    client.local['app:1'] = { variables: ['X'] };
    await client.start();
    expect(await words('FROM app:1\nEXPOSE $X/$Y', 'build-error/invalid-port')).toEqual(['$X/$Y']);
    expect(await words('FROM app:1\nEXPOSE  $X a', 'build-error/invalid-port')).toEqual(['a']);
    const both = 'FROM app:1\nENV A=$X B=$Y\nENV C=${A}';
    const ports = `${both}\nEXPOSE $C/tcp $B/tcp $C/$B`;
    expect(await words(ports, 'build-error/invalid-port')).toEqual(['$B/tcp', '$C/$B']);
    const again = `${both}\nENV A=\nEXPOSE $A/tcp`;
    expect(await words(again, 'build-error/invalid-port')).toEqual(['$A/tcp']);
    const broken = 'FROM app:1\nUSER ${X}${Y^}';
    expect(await words(broken, 'build-error/invalid-substitution')).toEqual(['${Y^']);
  });

  it('stay known while one types elsewhere', async () => {
    client.local['app:1'] = { variables: ['APP_UID'] };
    await client.start();
    const { doc, findings } = await client.found('FROM app:1\nUSER $APP_UID', 'UndefinedVar');
    expect(findings).toEqual([]);
    const { document } = doc;
    await doc.change(document.getText().replace('FROM app:1', '# x\nFROM app:1'));
    expect((await doc.diagnostics()).filter(({ code }) => code === 'UndefinedVar')).toEqual([]);
  });

  it('don’t matter to paths that are absolute in an image of Windows', async () => {
    const lines = (from: string) =>
      `FROM ${from}\nENV D=C:\\\\go\nWORKDIR $D\nFROM ${from}\nWORKDIR x`;
    const found = (from: string) => words(lines(from), 'WorkdirRelativePath');
    client.local['win:1'] = { platforms: ['windows/amd64'] };
    client.local['both:1'] = { platforms: ['linux/amd64', 'windows/amd64'] };
    await client.start();
    expect(await found('win:1')).toEqual(['x']);
    expect(await found('both:1')).toEqual(['$D', 'x']);
    expect(await found('other:1')).toEqual(['$D', 'x']);
  });

  it('don’t matter to paths that are absolute where an engine of Windows builds', async () => {
    const lines = (from: string) => `FROM ${from}\nWORKDIR C:/x\nFROM ${from}\nWORKDIR D:/x`;
    const found = (from: string) => words(lines(from), 'WorkdirRelativePath');
    client.builder = 'windows/amd64';
    await client.start();
    expect(await found('a:1')).toEqual(['D:/x']);
    expect(await found('--platform=linux/amd64 a:1')).toEqual(['C:/x', 'D:/x']);
  });
});
