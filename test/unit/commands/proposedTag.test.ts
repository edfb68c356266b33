import { expect, test } from 'vitest';
import { proposedTag } from '../../../src/commands/builds/proposedTag.ts';

test.each([
  ['/src/My App/Dockerfile', '', 'my-app:latest'],
  ['/src/app/Containerfile', '', 'app:latest'],
  ['/src/app/Dockerfile', 'test', 'app:test'],
  ['/src/app/Dockerfile', 'a stage', 'app:latest'],
  ['/src/app/worker.Dockerfile', '', 'app-worker:latest'],
  ['/src/app/Dockerfile.dev', 'test', 'app-dev:test'],
  ['/src/app/App.Dockerfile', '', 'app:latest'],
  ['/src/app/build.txt', '', 'app:latest'],
  ['/Dockerfile', '', 'image:latest'],
  ['/worker.Dockerfile', '', 'worker:latest'],
])('%s, stage %j, is built as %s', (file, stage, tag) => {
  expect(proposedTag(file, stage)).toBe(tag);
});
