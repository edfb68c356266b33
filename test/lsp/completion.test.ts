import type { CompletionItem } from 'vscode-languageserver/node';
import { CompletionRequest, CompletionResolveRequest } from 'vscode-languageserver/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RULES } from '../../src/lsp/server/rules/all.ts';
import type { Session } from './harness.ts';
import { connect } from './harness.ts';

let session: Session;
beforeAll(async () => void (session = await connect()));
afterAll(() => session.close());

/** What is offered at the `|` of a text. */
async function offers(marked: string): Promise<CompletionItem[]> {
  const at = marked.indexOf('|');
  const doc = await session.open(marked.slice(0, at) + marked.slice(at + 1));
  const answer = await doc.request(CompletionRequest.type, {
    position: doc.document.positionAt(at),
  });
  return Array.isArray(answer) ? answer : (answer?.items ?? []);
}

const labels = async (marked: string) => (await offers(marked)).map(({ label }) => label);

/** The text after the item called `label` is taken, snippets left as they are. */
async function taken(marked: string, label: string): Promise<string> {
  const item = (await offers(marked)).find((offer) => offer.label === label);
  if (!item?.textEdit || !('range' in item.textEdit)) throw new Error(`${label} isn't offered`);
  const doc = await session.open(marked.replace('|', ''));
  return doc.apply([{ range: item.textEdit.range, newText: item.textEdit.newText }]);
}

describe('completion', () => {
  it('offers FROM and ARG in an empty file, and everything after FROM', async () => {
    expect(new Set((await offers('|')).map(({ detail }) => detail))).toEqual(
      new Set(['FROM', 'ARG']),
    );
    expect(await labels('FROM a\n|')).toContain('HEALTHCHECK NONE');
  });

  it.each([
    ['FROM a\nru|', 'run command'],
    ['FROM a\nRU|', 'RUN command'],
    ['from a\nrun b\n|', 'run command'],
    ['FROM a\nRUN b\n|', 'RUN command'],
    ['FROM a\nONBUILD CO|', 'COPY source dest'],
    ['FROM a\nCMD|', 'CMD ["executable"]'],
    ['FROM a\nSHE|', 'SHELL ["executable", "parameter"]'],
  ])('follows the case of what is typed or of the file: %j offers %s', async (marked, label) => {
    expect(await labels(marked)).toContain(label);
  });

  it.each(['|', 'FROM a\nCO|', 'from a\nco|', 'FROM a\nONBUILD R|'])(
    'offers no instruction any more once a blank is behind its keyword: %j',
    async (marked) => {
      // A client goes on with its list as long as something fits, and never asks what may be copied.
      for (const { filterText, label } of await offers(marked))
        expect(filterText).toBe(label.split(' ')[0]);
    },
  );

  it.each<[string, string[]]>([
    ['FROM a\nRUN --|', ['--mount', '--network', '--security', '--device']],
    ['FROM a\nRUN |', ['--mount']],
    ['FROM a\nCOPY --|', ['--from', '--chown', '--chmod', '--link', '--parents', '--exclude']],
    [
      'FROM a\nADD --|',
      ['--keep-git-dir', '--checksum', '--chown', '--chmod', '--link', '--unpack', '--exclude'],
    ],
    ['FROM a\nCOPY --link --from|', ['--from']],
    ['FROM a\nRUN --network|', ['--network']],
    ['FROM a\nHEALTHCHECK --|', ['--start-interval', '--retries']],
    ['FROM --|', ['--platform']],
    ['FROM a\nRUN --network=|', ['default', 'none', 'host']],
    ['FROM a\nRUN --security=in|', ['insecure']],
    ['FROM a\nRUN --mount=|', ['type', 'target']],
    ['FROM a\nRUN --mount=type=|', ['bind', 'cache', 'tmpfs', 'secret', 'ssh']],
    ['FROM a\nRUN --mount=type=cache,|', ['target', 'sharing', 'id']],
    ['FROM a\nRUN --mount=type=cache,sharing=|', ['shared', 'private', 'locked']],
    ['FROM a AS one\nFROM b AS two\nRUN --mount=from=|', ['one']],
    ['FROM a AS one\nFROM b AS two\nCOPY --from=|', ['one']],
    ['FROM a AS one\nFROM |', ['one', 'scratch', '--platform']],
    ['FROM a AS one\nONBUILD COPY --from=o|', []],
    ['FROM a |', ['AS']],
    ['FROM a\nHEALTHCHECK |', ['CMD', 'NONE']],
    ['FROM a\nSTOPSIGNAL SIGT|', ['SIGTERM']],
    ['FROM a\nEXPOSE 80/|', ['80/tcp', '80/udp']],
    ['FROM a\nARG TARGET|', ['TARGETPLATFORM', 'TARGETARCH']],
    ['ARG V=1 W\nFROM a\nARG |', ['V', 'W', 'TARGETARCH']],
    ['ARG V=1\nFROM a\nONBUILD ARG |', ['V']],
    ['ARG SOU|', ['SOURCE_DATE_EPOCH']],
    ['FROM a\nARG BUILDKIT|', ['BUILDKIT_SBOM_SCAN_STAGE', 'BUILDKIT_SBOM_SCAN_CONTEXT']],
    ['FROM a\nWORKDIR /srv\nCOPY x |', ['/srv']],
    ['ARG V=1\nFROM a:$|', ['V', 'TARGETPLATFORM', 'HTTP_PROXY']],
    ['FROM a\nENV HOME_DIR=/x\nRUN cd ${HO|', ['HOME_DIR']],
    ['FROM a AS one\nARG X\nFROM one\nRUN $|', ['X']],
    ['ARG B=one\nFROM a AS one\nENV X=1\nFROM ${B}\nRUN $|', ['X']],
    ['ARG B=one\nFROM a AS one\nWORKDIR /srv/x\nFROM ${B}\nCOPY x |', ['/srv/x']],
    ['ARG B=one\nFROM a AS one\nUSER ada\nFROM ${B}\nUSER |', ['ada']],
    ['FROM a\nRUN --mount=type=secret,id=x,env=Y y ${|', ['Y']],
    ['FROM a\nONBUILD RUN --mount=type=secret,id=x,env=Y <<E\ny $|\nE\n', ['Y']],
    ['FROM a\nONBUILD ARG V\nONBUILD RUN $|', ['V']],
    ['FROM a AS b\nONBUILD ARG V\nFROM b AS c\nFROM c\nRUN $|', ['V']],
    ['FROM a\nENV PATH=/x:$|', ['PATH']],
    ['FROM a\nRUN cd ${|}', ['PATH', 'HOME']],
    ['#|', ['syntax', 'escape', 'check']],
    ['# syn|', ['syntax']],
    ['# syntax=|', ['docker/dockerfile:1']],
    ['FROM a\nRUN x \\\n  $HTTP|', ['HTTP_PROXY']],
    ['FROM a\nENV V=1\nRUN ${V:|', [':-', ':+', ':?']],
    ['FROM --platform=lin|', ['linux/amd64', 'linux/riscv64']],
    ['FROM a\nADD --checksum=|', ['sha256:']],
    ['FROM a\nCOPY --chmod=|', ['755', '644', 'u=rwX,go=rX']],
    ['FROM a\nHEALTHCHECK --interval=|', ['30s', '1m']],
    [
      'FROM a\nRUN --mount=type=cache,target=/root/.c|',
      ['/root/.cache/pip', '/root/.cache/go-build'],
    ],
    ['FROM a\nRUN --mount=type=secret,|', ['id', 'env', 'required', 'uid']],
    ['FROM a\nRUN --mount=type=ssh,|', ['id', 'mode']],
    ['FROM a\nRUN --mount=type=tmpfs,size=|', ['64m']],
    ['FROM a\nRUN --mount=ro=|', ['true', 'false']],
    ['FROM a\nONBUILD RUN --mount=type=|', ['bind', 'cache']],
    ['FROM node:20\nCOPY --chown=|', ['node', 'root']],
    ['ARG BASE=node:20\nFROM ${BASE}\nUSER |', ['node', 'root']],
    ['FROM scratch\nUSER |', ['65534']],
    ['FROM scratch\nUSER n|', []],
    ['FROM node:20\nCOPY --link --chown=|', ['root', '1000', '65534']],
    ['FROM node:20\nCOPY --link --chown=no|', []],
    ['FROM node:20\nCOPY --link=false --chown=no|', ['node']],
    ['FROM node:20\nCOPY --link --chmod=644 --chown=no|', ['node']],
    ['FROM node:20\nCOPY --chown=node:no|', ['node', 'nobody']],
    ['FROM a AS b\nRUN useradd -m -s /bin/sh ada\nFROM b\nUSER |', ['ada']],
    ['FROM a\nRUN adduser -D ada\nUSER ada:|', ['ada']],
    ['FROM a\nRUN <<E\ngroupadd -g 9 staff9\nE\nUSER x:|', ['staff9']],
    ['FROM gcr.io/distroless/static:nonroot\nUSER |', ['nonroot']],
    ['FROM a\nSHELL |', ['["/bin/bash", "-o", "pipefail", "-c"]', '["pwsh", "-Command"]']],
    ['FROM a\nSHELL ["/bin/b|', ['["/bin/bash", "-o", "pipefail", "-c"]']],
    ['FROM a\nLABEL org.|', ['org.opencontainers.image.source']],
    ['FROM a\nRUN apt-get install |', ['-y', '--no-install-recommends']],
    ['FROM a\nRUN apt-get update && apt-get install -y --|', ['--no-install-recommends']],
    ['FROM a\nRUN set -e; \\\n  apk add --no|', ['--no-cache']],
    ['FROM a\nRUN <<E\npip install -|\nE', ['--no-cache-dir']],
    ['FROM a\nRUN if x; then apt-get install -|', ['--no-install-recommends']],
    ['FROM a\nRUN for i in x; do ! { apt-get install -|', ['--no-install-recommends']],
    ['FROM a\nRUN sudo -E apt-get install -|', ['--no-install-recommends']],
    ['FROM a\nRUN dnf in -|', ['-y']],
    ['FROM a\nRUN yum localinstall -|', ['-y']],
    ['FROM a\nRUN zypper rm -|', ['-y']],
    ['FROM a\nRUN pip3.12 install --no|', ['--no-cache-dir']],
    ['FROM a\nRUN pip3 install --no|', ['--no-cache-dir']],
    ['FROM a\nRUN useradd -|', ['-l']],
    ['FROM a\nRUN python3 -m pip install --no|', ['--no-cache-dir']],
    [
      'FROM a AS b\nWORKDIR /srv/app\nCOPY x /opt/tool\nFROM c\nCOPY --from=b /|',
      ['/srv/app', '/opt/tool'],
    ],
    ['FROM a AS b\nWORKDIR /srv\nFROM b\nWORKDIR /s|', ['/srv']],
    ['FROM a\nRUN <<E\necho $HTTP_|\nE', ['HTTP_PROXY']],
    ['# check=|', ['skip', 'error', 'experimental']],
    ['# check=skip=all;err|', ['error']],
    ['# check=error=|', ['true', 'false']],
    ['# hado|', ['hadolint ignore=', 'hadolint global ignore=']],
    ['FROM a\n# hadolint |', ['hadolint ignore=', 'hadolint stage ignore=', 'hadolint shell=']],
    ['FROM a\n# hadolint shell=|', ['bash', 'powershell']],
    ['FROM a\n# che|', ['check=skip=']],
    ['from a as one\nfrom b |', ['as']],
    ['FROM a\nENV A=${B:-|', []],
    ['FROM a\nENV A=${B:?|}', []],
    ['FROM a\nENV A=${B-|', []],
    ['FROM a\nENV A=${B//|', []],
    ['FROM a\nENV A=${B#|', ['##']],
    ['FROM a\nENV A=${B:-$|', ['HTTP_PROXY']],
    ["FROM a\nENV A='$|'", []],
    ["FROM a\nENV A='x y ${|'", []],
    ['FROM a\nENV A="it\'s $|"', ['HTTP_PROXY']],
    ["FROM a\nENV A=\\'$|", ['HTTP_PROXY']],
    ["FROM a\nRUN sh -c 'echo $|'", ['HTTP_PROXY']],
    ['FROM a\nCMD ["$|', []],
    ['FROM a\nRUN ["echo", "$|"]', []],
    ['FROM a\nCMD ["sh", "-c", "echo $|', ['HTTP_PROXY']],
    ['FROM a\nCMD ["uv", "run", "sh", "-c", "serve $|', ['HTTP_PROXY']],
    ['FROM a\nCMD ["uv", "run", "serve", "$|', []],
    ['FROM a\nHEALTHCHECK CMD ["$|', []],
    ['FROM a\nHEALTHCHECK CMD $|', ['HTTP_PROXY']],
    ['FROM a\nCOPY ["$|', ['HTTP_PROXY']],
    ['FROM a\nSHELL ["$|', []],
    ['FROM a\nMAINTAINER $|', []],
    ['FROM a AS $|', []],
    ['FROM --platform=$|', ['BUILDPLATFORM']],
    ['FROM a AS b\nFROM c\nCOPY --from=$|', []],
    ['FROM a\nRUN --mount=type=bind,from=$|', []],
    ['FROM a\nRUN --mount=type=cache,id=$|', ['HTTP_PROXY']],
    ['FROM a\nCOPY --chown=$|', ['HTTP_PROXY']],
    ['FROM a\nCOPY --exclude=$|', []],
    ['FROM a\nRUN --network=$|', []],
    ['FROM a\nHEALTHCHECK --interval=$|', []],
    ['FROM a AS build\nFROM b\nCOPY --from="bu|', ['build']],
    ['FROM a\nLABEL a="b org|"', []],
    ["FROM a\nARG A='b TARGET|'", []],
  ])('%j offers %j', async (marked, expected) => {
    const found = await labels(marked);
    for (const label of expected) expect(found).toContain(label);
    if (expected.length === 0) expect(found).toEqual([]);
  });

  it.each<[string, string[]]>([
    ['RUN --mount=|', ['type', 'target', 'source', 'from']],
    ['RUN --mount=type=cache,|', ['target', 'sharing', 'id', 'from', 'source']],
    ['RUN --mount=type=bind,dst=/x,|', ['source', 'from', 'readwrite', 'readonly']],
    ['RUN --mount=type=secret,src=x,|', ['env', 'target', 'required', 'mode']],
    ['RUN --mount=type=ssh,|', ['id', 'target', 'required']],
  ])(
    'offers first what is wanted most, at the end other names of the same: %s',
    async (marked, expected) => {
      const found = await labels(`FROM a\n${marked}`);
      expect(found.slice(0, expected.length)).toEqual(expected);
      const others = new Set(['dst', 'destination', 'src', 'ro', 'rw']);
      const last = found.findLastIndex((label) => !others.has(label));
      expect(found.slice(0, last).filter((label) => others.has(label))).toEqual([]);
    },
  );

  const WRONG = 'FROM debian\nRUN sudo cd /x\nMAINTAINER me\nFROM scratch\nUSER x\n';
  it.each<[string, string[]]>([
    [WRONG.replace('RUN', '# hadolint ignore=|\nRUN'), ['DL3004']],
    [WRONG.replace('MAIN', '# hadolint ignore=|\nMAIN'), ['DL4000', 'MaintainerDeprecated']],
    [WRONG.replace('MAIN', '# check=skip=|\nMAIN'), ['MaintainerDeprecated', 'all']],
    [`# check=skip=|\n${WRONG}`, ['MaintainerDeprecated', 'all']],
    [`# hadolint global ignore=|\n${WRONG}`, ['DL3004', 'DL3006']],
    [`# hadolint stage ignore=|\n${WRONG}`, ['DL3004', 'DL3006', 'DL4000']],
    [WRONG.replace('MAIN', '# hadolint stage ignore=|\nMAIN'), ['DL4000', 'MaintainerDeprecated']],
  ])('offers first what it finds there: %j', async (marked, expected) => {
    const first = (await labels(marked)).slice(0, expected.length);
    expect(first).toEqual(expected);
  });

  it.each([
    ['FROM node:22\nRUN --mount=type=cache,target=|', '/root/.npm'],
    ['FROM node:22\nRUN --mount=type=cache,target=| yarn install', '/usr/local/share/.cache/yarn'],
    ['FROM alpine\nRUN --mount=type=cache,target=| apk add x', '/var/cache/apk'],
    ['FROM x\nRUN --mount=type=cache,target=| <<E\ngo build\nE\n', '/go/pkg/mod'],
    ['FROM rust:1 AS b\nFROM b\nRUN --mount=type=cache,target=|', '/usr/local/cargo/registry'],
    ['FROM scratch\nRUN --mount=type=cache,target=|', '/var/cache/apt'],
  ])('%j offers first %s', async (marked, expected) => {
    expect((await labels(marked))[0]).toBe(expected);
  });

  it.each([
    ['FROM a\nRUN --mount=type=bind,target=/x,|', 'dst'],
    ['FROM a\nRUN --mount=type=secret,id=x,|', 'src'],
    ['FROM a\nHEALTHCHECK --interval=3s |', 'NONE'],
    ['# check=skip=StageNameCasing,|', 'all'],
    ['FROM a\n# a comment RU|', 'RUN command'],
    ['FROM a\nRUN <<EOF\nRU|\nEOF', 'RUN command'],
    ['FROM a\nCOPY --link --|', '--link'],
    ['FROM a\nRUN echo --|', '--mount'],
    ['FROM a AS one\nCOPY --from=|', 'one'],
    ['FROM a\nENV A=1\nFROM b\nRUN $|', 'A'],
    ['FROM a\nENV A=\\$|', 'HTTP_PROXY'],
    ['FROM a\nENV A=$|', 'HOME'],
    ['FROM a\nONBUILD ARG V\nRUN $|', 'V'],
    ['FROM a\nRUN --mount=type=secret,id=x,env=Y --mount=type=cache,target=/$| y', 'Y'],
    ['FROM a\nRUN --mount=type=secret,id=x,env=Y y\nRUN $|', 'Y'],
    ['FROM a:$|', 'PATH'],
    ['FROM a\n# not a directive syn|', 'syntax'],
    ['FROM a\nRUN --mount=type=ssh,|', 'sharing'],
    ['FROM a\nRUN x \\\n  |', 'RUN command'],
    ['FROM a\nRUN x \\\n|', 'RUN command'],
    ['FROM a\n# hadolint |', 'hadolint global ignore='],
    ['FROM a\nRUN apt-get update |', '--no-install-recommends'],
    ['FROM a\nRUN apt-get install -y; ls -|', '--no-install-recommends'],
    ['FROM a\nRUN apt-get install --no-install-recommends -|', '--no-install-recommends'],
    ["FROM a\nCOPY <<'E' /x\n$|\nE", 'HTTP_PROXY'],
    ['FROM a AS b\nWORKDIR /b\nFROM c\nWORKDIR /|', '/b'],
    ['FROM a\nRUN --mount="type=cache,|', 'type'],
    ['FROM a\nARG TARGETOS |', 'TARGETOS'],
    ['ARG V=1\nFROM a\nARG V |', 'V'],
    ['ARG V=1\nARG |', 'V'],
    [
      'FROM a\nLABEL maintainer=a org.opencontainers.image.source=b \\\n  |',
      'org.opencontainers.image.source',
    ],
  ])('%j does not offer %s', async (marked, label) => {
    expect(await labels(marked)).not.toContain(label);
  });

  it.each([
    ['FROM a\nRUN --mou|', '--mount', 'FROM a\nRUN --mount='],
    [
      'FROM a\nRUN --mount=type=ca|,target=/x y',
      'cache',
      'FROM a\nRUN --mount=type=cache,target=/x y',
    ],
    ['FROM a\nENV B=1\nENV A=${B|', 'B', 'FROM a\nENV B=1\nENV A=${B}'],
    ['FROM a\nENV B=1\nENV A=x$|', 'B', 'FROM a\nENV B=1\nENV A=x$B'],
    ['FROM a\nCOPY --li|', '--link', 'FROM a\nCOPY --link'],
    ['#sy|', 'syntax', '#syntax='],
    ['FROM a\nENV B=1\nENV A=${B|}', 'B', 'FROM a\nENV B=1\nENV A=${B}'],
    ['FROM a\nENV B=1\nENV A=${B:|}', ':-', 'FROM a\nENV B=1\nENV A=${B:-}'],
    ['FROM a\nENV B=1\nENV A=${B|C}/x', 'B', 'FROM a\nENV B=1\nENV A=${B}/x'],
    ['FROM a\nENV B=1\nENV A=${|CC/x', 'B', 'FROM a\nENV B=1\nENV A=${B}/x'],
    ['FROM a\nENV B=1\nENV A=$B|C/x', 'B', 'FROM a\nENV B=1\nENV A=$B/x'],
    ['FROM a\nENV B=1\nENV A=${|C:-${D}}', 'B', 'FROM a\nENV B=1\nENV A=${B:-${D}}'],
    ['FROM a\nENV B=1\nENV A=${|/bin/${D}', 'B', 'FROM a\nENV B=1\nENV A=${B}/bin/${D}'],
    ['FROM a\nENV B=1\nRUN <<E\nx ${|C%.*}\nE', 'B', 'FROM a\nENV B=1\nRUN <<E\nx ${B%.*}\nE'],
    ['FROM a\nCOPY --chown=root:ro|  x y', 'root', 'FROM a\nCOPY --chown=root:root  x y'],
    ['FROM a\nWORKDIR /w\nCOPY ["x", "/|', '/w', 'FROM a\nWORKDIR /w\nCOPY ["x", "/w'],
    ['# check=skip=all;er|', 'error', '# check=skip=all;error='],
    ['FROM a\nCOPY --fr|=b c d', '--from', 'FROM a\nCOPY --from=b c d'],
    ['FROM a\nRUN --mount=ty|=ssh x', 'type', 'FROM a\nRUN --mount=type=ssh x'],
    ['#!/usr/bin/env x\n# syn|', 'syntax', '#!/usr/bin/env x\n# syntax='],
    ['\uFEFF#!/x\n# esc|', 'escape', '\uFEFF#!/x\n# escape='],
    ['FROM a\nSHELL ["|c\rd"]', '["cmd", "/S", "/C"]', 'FROM a\nSHELL ["cmd", "/S", "/C"]c\rd"]'],
    ['FROM a\nSHELL ["|"]', '["pwsh", "-Command"]', 'FROM a\nSHELL ["pwsh", "-Command"]'],
    [
      'FROM a\nSHELL ["p|owershell", "-Command", "x"] \nRUN y',
      '["pwsh", "-Command"]',
      'FROM a\nSHELL ["pwsh", "-Command"] \nRUN y',
    ],
    ['# syn|=x', 'syntax', '# syntax=x'],
    [
      'FROM a\nLABEL org.opencontainers.image.ti|=a',
      'org.opencontainers.image.title',
      'FROM a\nLABEL org.opencontainers.image.title=a',
    ],
    ['FROM a\nCO| x y', 'COPY', 'FROM a\nCOPY x y'],
    ['FROM a\nru|\tx', 'run', 'FROM a\nrun\tx'],
    ['FROM a\nCO|PY x y', 'COPY', 'FROM a\nCOPY x y'],
    ['FROM a\nONBUILD AD| x y', 'ADD', 'FROM a\nONBUILD ADD x y'],
    ['FROM a\nWORK|  \nRUN x', 'WORKDIR /path', 'FROM a\nWORKDIR ${1:/path}  \nRUN x'],
    ['from a\nfr|', 'from image as stage', 'from a\nfrom ${1:image} as ${2:stage}'],
  ])('%j with %s taken is %j', async (marked, label, expected) => {
    expect(await taken(marked, label)).toBe(expected);
  });

  it('offers the rules that a pragma can name, without those it names already', async () => {
    const ids = RULES.flatMap(({ id, same }) => [id, ...(same ? [same] : [])]);
    const all = await labels('FROM a\n# hadolint ignore=|');
    expect(new Set(all)).toEqual(new Set(ids));
    const [first = '', second = ''] = all;
    expect(await labels(`FROM a\n# hadolint ignore=${first},|`)).toEqual(all.slice(1));
    expect(await taken(`FROM a\n# hadolint ignore=${first}, |`, second)).toBe(
      `FROM a\n# hadolint ignore=${first}, ${second}`,
    );
    const checks = await labels('# check=skip=|');
    expect(checks).toContain('all');
    expect(checks.slice(1)).toEqual(all.filter((id) => /^[A-Z][A-Za-z]+$/.test(id)));
  });

  it('documents an item when asked to', async () => {
    const item = (await offers('FROM a\nRUN --mou|'))[0];
    const resolved = await session.connection.sendRequest(
      CompletionResolveRequest.type,
      item as CompletionItem,
    );
    expect(resolved.documentation).toMatchObject({
      kind: 'markdown',
      value: expect.stringContaining('cache'),
    });
  });
});
