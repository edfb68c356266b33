import { matchesGlob } from 'node:path';
import { expect, it } from 'vitest';
import {
  DOCKERFILE_GLOB,
  isDockerfileName,
  isTemplateName,
} from '../../../src/util/dockerfileNames.ts';
import { outerFirst } from '../../../src/util/naturalOrder.ts';

it.each([
  'Dockerfile',
  'DOCKERFILE',
  'Containerfile',
  'Dockerfile.dev',
  'Containerfile.dev',
  'api.Dockerfile',
  'api.dockerfile',
  'api.Containerfile',
])('%s is a Dockerfile, wherever one searches', (name) => {
  expect(isDockerfileName(name)).toBe(true);
  for (const path of [name, `a/b/${name}`]) expect(matchesGlob(path, DOCKERFILE_GLOB)).toBe(true);
});

it.each(['Dockerfiles', 'MyDockerfile', 'Dockerfile-dev', 'docker-compose.yml'])(
  '%s is none',
  (name) => {
    expect(isDockerfileName(name)).toBe(false);
    expect(matchesGlob(name, DOCKERFILE_GLOB)).toBe(false);
  },
);

it.each([
  'template',
  'tmpl',
  'tpl',
  'gotmpl',
  'j2',
  'jinja',
  'jinja2',
  'erb',
  'ejs',
  'mustache',
  'hbs',
  'handlebars',
  'liquid',
  'm4',
  'in',
  'IN',
])('Dockerfile.%s is a template', (ending) => {
  expect(isTemplateName(`Dockerfile.${ending}`)).toBe(true);
  expect(isTemplateName(`file:///a/api.Dockerfile.${ending}`)).toBe(true);
  expect(isTemplateName(`git:/a/Dockerfile.${ending}?%7B%7D`)).toBe(true);
});

it.each([
  'Dockerfile',
  'Dockerfile.dev',
  'template.Dockerfile',
  'in',
  'a.in/Dockerfile',
  'Dockerfile.main',
])('%s is none', (name) => {
  expect(isTemplateName(name)).toBe(false);
});

it('paths of outer folders come first', () => {
  const paths = [
    'pages/Dockerfile',
    'a/b/Dockerfile',
    'Dockerfile.10',
    'base/Dockerfile',
    'Dockerfile.9',
  ];
  expect(paths.toSorted(outerFirst)).toEqual([
    'Dockerfile.9',
    'Dockerfile.10',
    'base/Dockerfile',
    'pages/Dockerfile',
    'a/b/Dockerfile',
  ]);
});
