import { HoverRequest } from 'vscode-languageserver/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FLAGS } from '../../src/lsp/server/data/flags.ts';
import { DIRECTIVES, INSTRUCTIONS } from '../../src/lsp/server/data/instructions.ts';
import { MOUNTS } from '../../src/lsp/server/data/mounts.ts';
import { RULES } from '../../src/lsp/server/rules/all.ts';
import type { Session } from './harness.ts';
import { connect } from './harness.ts';

let session: Session;
beforeAll(async () => void (session = await connect()));
afterAll(() => session.close());

/** The text of the hover at the `|`. */
async function hover(marked: string): Promise<string | undefined> {
  const at = marked.indexOf('|');
  const doc = await session.open(marked.slice(0, at) + marked.slice(at + 1));
  const found = await doc.request(HoverRequest.type, { position: doc.document.positionAt(at) });
  return (found?.contents as { value: string } | undefined)?.value;
}

describe('what everything is', () => {
  it.each(Object.entries(INSTRUCTIONS))('%s', async (name, { doc }) => {
    expect(await hover(`FROM a\n|${name} x\n`)).toContain(doc);
    expect(await hover(`from a\n|${name.toLowerCase()} x\n`)).toContain(doc);
  });

  const flags = Object.entries(FLAGS).flatMap(([instruction, all]) =>
    Object.entries(all).map(([flag, { doc }]) => [instruction, flag, doc] as const),
  );
  it.each(flags)('%s --%s', async (instruction, flag, doc) => {
    const text = await hover(`FROM a\n${instruction} --|${flag}=x y z\n`);
    const page = `https://docs.docker.com/reference/dockerfile/#${instruction.toLowerCase()}`;
    expect(text?.startsWith(`${doc}\n\n[Reference](${page}`)).toBe(true);
  });

  it.each([
    ['FROM a\nCOPY --par|ents x /y\n', 'copy---parents'],
    ['FROM a\nCOPY --ch|own=a x /y\n', 'copy---chown---chmod'],
    ['FROM a\nADD --ch|mod=644 x /y\n', 'add---chown---chmod'],
    ['FROM a\nRUN --mount=type=ca|che,target=/x y\n', 'run---mounttypecache'],
    ['FROM --plat|form=x a\n', 'from'],
    ['FROM a\nHEALTHCHECK --inter|val=3s CMD x\n', 'healthcheck'],
  ])('%j is explained at #%s', async (marked, anchor) => {
    expect(await hover(marked)).toMatch(new RegExp(`/dockerfile/#${anchor}\\)$`));
  });

  const keys = Object.entries(MOUNTS).flatMap(([type, facts]) =>
    Object.entries(facts.keys).map(([key, { doc }]) => [type, key, doc] as const),
  );
  it.each(keys)('--mount=type=%s,%s', async (type, key, doc) => {
    expect(await hover(`FROM a\nRUN --mount=type=${type},|${key}=x y\n`)).toBe(doc);
  });

  it.each([
    ['FROM a\nRUN --network=|none x\n', /No network/],
    ['FROM a\nRUN --security=|insecure x\n', /all rights/],
    ['FROM a\nRUN --mount=type=cache,target=/c,sharing=lo|cked x\n', /waits for the other/],
    ['FROM a\nRUN --mount=type=ca|che,target=/c x\n', /kept between builds/],
    ['FROM a\nRUN --mount="type=ca|che,target=/c" x\n', /kept between builds/],
    ['FROM a\nRUN --mount="ty|pe=cache,target=/c" x\n', /What is mounted/],
    ['FROM a\nRUN --mount="type=cache,target=/c,sharing=lo|cked" x\n', /waits for the other/],
  ])('%j', async (marked, expected) => {
    expect(await hover(marked)).toMatch(expected);
  });

  it.each([
    ['FROM a\nLABEL x=1 "org.opencontainers.image.li|censes"=MIT\n', /SPDX/],
    ['FROM a\nENV A=${B:|-c}\n', /^The word that follows, when the variable is unset or empty/],
    ['FROM a\nENV A=${B|%%.*}\n', /longest match.*at its end/],
    ['FROM a\nRUN echo ${B|/x/y}\n', /first match/],
    ['FROM a\nCOPY <<|E /x\n$A\nE\n', /are a file.* builder replaces/],
    ['FROM a\nCOPY <<-"|E" /x\n$A\nE\n', /up to `E` are a file.*stay as they are.*Tabs/],
    ['FROM a\nRUN <<|E\nx\nE\n', /are what is run/],
    ['FROM a\nRUN <<E\nx\n|E\n', /are what is run/],
    ['FROM a\nRUN cat <<|E > /x\nx\nE\n', /shell gives/],
    ['FROM a\nONBUILD COPY <<|E /x\nx\nE\n', /are a file/],
  ])('%j', async (marked, expected) => {
    expect(await hover(marked)).toMatch(expected);
  });

  it.each(Object.entries(DIRECTIVES))('# %s', async (name, { doc }) => {
    expect(await hover(`# |${name}=x\nFROM a\n`)).toBe(doc);
  });

  it('rules that a pragma or directive names, and the pragma itself', async () => {
    const rule = RULES.find(({ id }) => /^DL\d+$/.test(id));
    if (!rule) throw new Error('No rule of hadolint');
    expect(await hover(`FROM a\n# hadolint ignore=DL0000, |${rule.id}\nRUN x\n`)).toContain(
      rule.title,
    );
    expect(await hover('FROM a\n# |hadolint ignore=DL0000\nRUN x\n')).toMatch(/Silences rules/);
    expect(await hover('FROM a\n# hadolint ignore=|DL0000\nRUN x\n')).toBeUndefined();
    const doc = await session.open('FROM a\n  # hadolint ignore = DL3006\nRUN x\n');
    for (const character of [2, 3, 10, 20]) {
      const found = await doc.request(HoverRequest.type, { position: { line: 1, character } });
      expect(found?.range && doc.text(found.range), String(character)).toBe('# hadolint ignore ');
    }
    const check = RULES.find(({ id }) => /^[A-Z][A-Za-z]+$/.test(id));
    if (!check) throw new Error('No check of BuildKit');
    expect(await hover(`# check=skip=|${check.id}\nFROM a\n`)).toContain(check.title);
    expect(await hover('FROM a\n# a comment |check\n')).toBeUndefined();
  });
});

describe('variables', () => {
  it.each<[string, RegExp[]]>([
    ['ARG V=1\nFROM a:$|V\n', [/V=1/, /before the first FROM, line 1/, /--build-arg/]],
    [
      'FROM a AS b\nENV X=1\nFROM b\nRUN $|X\n',
      [/X=1/, /ENV of stage `b`, line 2/, /kept in the image/],
    ],
    ['FROM a\nARG A=x\nENV B=$A/y\nRUN $|B\n', [/B=x\/y/]],
    ['FROM a\nARG A=x\nENV |B=$A/y\n', [/B=x\/y/]],
    ['FROM a\nARG |A\n', [/has no value here unless the build/]],
    ['ARG A=1\nFROM a\nARG |A\nRUN x\n', [/A=1/]],
    ['FROM a\nENV X=1\nENV X=2\nRUN $|X\n', [/X=2/, /line 2, stage 0: `ENV X=1`/, /line 3/]],
    ['FROM a\nARG A=1 |B=2\n', [/B=2/, /ARG of stage 0, line 2/]],
    ['FROM a\nENV A=B |B=2\n', [/B=2/]],
    ['FROM a\nARG A=1 B=$|A\n', [/A=1/]],
    ['ARG A=1\nARG A=${|A:+x}\nFROM a\n', [/^```dockerfile\nA=1/]],
    ['FROM a\nENV A=0\nENV A=1 B=$|A\n', [/^```dockerfile\nA=0/]],
    ['ARG |A=1\nARG A=2\nFROM a:$A\n', [/^```dockerfile\nA=1/]],
    ['FROM --platform=$|BUILDPLATFORM a\n', [/Platform of the node that builds/]],
    ['FROM a\nRUN $|TARGETARCH\n', [/after `ARG TARGETARCH`/]],
    ['FROM a\nRUN $|HTTP_PROXY\n', [/proxy/]],
    ['FROM a\nRUN echo $|PATH\n', [/^Where programs are looked for/]],
    ['FROM a\nRUN echo $|HOME\n', [/^The home directory/]],
    ['FROM a\nHEALTHCHECK --interval=3s |CMD x\n', [/exits with 0/]],
    ['FROM a\nhealthcheck |none\n', [/base image/]],
    [
      'FROM a\nARG TARGETPLATFORM\nRUN $|TARGETPLATFORM\n',
      [/TARGETPLATFORM=linux\/amd64/, /^Set by the builder, here for/m, /result/],
    ],
    ['FROM a\nARG TARGETARCH=arm64\nRUN $|TARGETARCH\n', [/ARG of stage 0, line 2/]],
    ['FROM a\nARG |BUILDKIT_SBOM_SCAN_STAGE=true\n', [/^Whether .* scanned/, /no command/]],
    ['ARG SOURCE_DATE_EPOCH=0\nFROM a\nARG |SOURCE_DATE_EPOCH\n', [/since 1970/]],
    [
      'FROM a\nENV Y=1\nRUN --mount=type=secret,id=x,env=Y y $|Y\n',
      [/^`Y` holds the secret `x` in this RUN only/],
    ],
    [
      'FROM a AS b\nONBUILD ARG A=1\nONBUILD ENV X=$A/x\nONBUILD RUN $|X\n',
      [/X=1\/x/, /^ENV of ONBUILD in stage `b`, line 3/m, /kept in the image/],
    ],
    ['FROM a\nONBUILD ENV |X=1\n', [/X=1/, /ENV of ONBUILD in stage 0, line 2/]],
    [
      'FROM a AS b\nONBUILD ENV X=1\nONBUILD ENV X=2\nFROM b\nRUN $|X\n',
      [/X=2/, /- line 2, stage `b`: `ONBUILD ENV X=1`/],
    ],
    ['FROM a\nRUN --mount=type=secret,target=/s,env=|Y y\n', [/^`Y` holds the secret `s` in/]],
  ])('%j', async (marked, expected) => {
    const text = await hover(marked);
    for (const pattern of expected) expect(text).toMatch(pattern);
  });
});

describe('stages', () => {
  it.each<[string, RegExp[]]>([
    [
      'FROM x AS a\nFROM a AS |b\nRUN y\nFROM z\nCOPY --from=b q r\n',
      [/Stage 1 of 3 stages/, /stage `a`/, /COPY, line 5/],
    ],
    ['ARG V=9\nFROM x:$V AS |a\n', [/Starts from `x:9`/, /what a build without/]],
    ['ARG B=a\nFROM x AS |a\nFROM $B\n', [/Used by:\n\n- FROM, line 3/]],
    ['ARG B=a\nFROM x AS on-a\nFROM o|n-$B\n', [/FROM x AS on-a/, /Stage 0 of 2/]],
    ['FROM x AS |a\nFROM y\n', [/No other stage uses it/]],
    ['FROM x\nFROM y\nCOPY --from=|0 a b\n', [/FROM x/, /Stage 0/]],
  ])('%j', async (marked, expected) => {
    const text = await hover(marked);
    for (const pattern of expected) expect(text).toMatch(pattern);
  });
});

it('writes names of the document so that no Markdown comes of them', async () => {
  const hostile = 'x```[click](command:evil)<img src=x>';
  const variable = await hover(`FROM a\nENV V="${hostile}"\nENV V=2\nRUN $|V\n`);
  expect(variable).toContain('````ENV V="x```[click]');
  const value = await hover(`FROM a\nENV V="${hostile}"\nRUN $|V\n`);
  expect(value?.startsWith('````dockerfile\nV=x```[click]')).toBe(true);
  const image = await hover('FROM |a/b\\n[x](command:y)\n');
  expect(image).toBeUndefined();
});
