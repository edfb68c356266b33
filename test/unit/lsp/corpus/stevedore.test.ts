import { expect, test } from 'vitest';
import { createDockerfile } from '../../../../src/lsp/server/model/dockerfile.ts';
import { parse } from '../../../../src/lsp/server/parser/parse.ts';
import { STEVEDORE_RULES } from '../../../../src/lsp/server/rules/stevedore/rules.ts';
import { optionsOf } from '../support/options.ts';
import { corpusRows, HAS_CORPUS, realFiles } from './corpus.ts';

/** What our rules find in the real files. Each was looked at and is right; one that comes along has to be, too. */
const REVIEWED: readonly string[] = [
  'docker__buildx__vendor__github.com__moby__policy-helpers__Dockerfile:4 unreproducible-arg',
  'docker__buildx__vendor__github.com__moby__policy-helpers__Dockerfile:7 unreproducible-arg',
  'docker__docker-language-server__Dockerfile:39 heredoc-without-set-e',
  'docker__docker-language-server__testdata__completion__Dockerfile:4 unused-stage',
  'docker__vscode-extension__.devcontainer__Dockerfile:11 moved-tag',
  'docker__vscode-extension__.devcontainer__Dockerfile:23 update-alone',
  'gitkraken__vscode-gitlens__tests__docker__Dockerfile:33 package-cache-in-layer',
  'moby__buildkit__examples__create-certs__Dockerfile:3 moved-tag',
  'moby__buildkit__frontend__dockerfile__parser__testfiles__docker__Dockerfile:71 package-cache-in-layer',
  'moby__buildkit__frontend__dockerfile__parser__testfiles__jeztah-invalid-json-single-quotes__Dockerfile:1 broken-array',
  'moby__buildkit__frontend__dockerfile__parser__testfiles__jeztah-invalid-json-unterminated-bracket__Dockerfile:1 broken-array',
  'moby__buildkit__frontend__dockerfile__parser__testfiles__kartar-entrypoint-oddities__Dockerfile:4 update-alone',
  'moby__buildkit__frontend__dockerfile__parser__testfiles__lk4d4-the-edge-case-generator__Dockerfile:38 overridden-instruction',
  'moby__buildkit__hack__dockerfiles__doctoc.Dockerfile:5 moved-tag',
  'moby__buildkit__vendor__github.com__containerd__fuse-overlayfs-snapshotter__v2__Dockerfile:15 unreproducible-arg',
  'rcjsuen__dockerfile-language-server__Dockerfile:6 package-cache-in-layer',
  'rcjsuen__dockerfile-utils__Dockerfile:6 package-cache-in-layer',
  'rust-lang__rust-analyzer__.github__actions__github-release__Dockerfile:3 cache-busting-order',
  'rust-lang__rust-analyzer__.github__actions__github-release__Dockerfile:6 package-cache-in-layer',
];

if (!HAS_CORPUS) console.log('The corpus is not here: our own rules are not run over real files.');

test.skipIf(!HAS_CORPUS)('our rules find in real files what was looked at, and no more', () => {
  const found = realFiles().flatMap(({ id, dockerfile }) => {
    const file = createDockerfile(parse(dockerfile));
    return STEVEDORE_RULES.flatMap((rule) =>
      Array.from(rule.check(file, optionsOf(undefined)), ({ span }) => {
        const line = dockerfile.slice(0, span.start).split('\n').length;
        return `${id}:${line} ${rule.id.slice('stevedore/'.length)}`;
      }),
    );
  });
  console.log(`our rules: ${found.length} findings in ${realFiles().length} real files`);
  expect(found.sort()).toEqual(REVIEWED.toSorted());
});

test.skipIf(!HAS_CORPUS)('our rules stay in the text, however it is damaged', () => {
  for (const { dockerfile } of corpusRows<{ dockerfile: string }>('mutations.jsonl')) {
    const file = createDockerfile(parse(dockerfile));
    for (const rule of STEVEDORE_RULES) {
      for (const { span, fixes = [] } of rule.check(file, optionsOf(undefined))) {
        for (const { start, end } of [
          span,
          ...fixes.flatMap(({ edits }) => edits.map((edit) => edit.span)),
        ])
          expect(0 <= start && start <= end && end <= dockerfile.length, rule.id).toBe(true);
      }
    }
  }
});
