import { expect, it } from 'vitest';
import { fileOf } from '../../../../src/lsp/server/context/fileOf.ts';
import { workspaceFolders } from '../../../../src/lsp/server/context/folders.ts';

it.each([
  ['file:///a/b%20c/Dockerfile', '/a/b c/Dockerfile'],
  ['FILE:///a/Dockerfile', '/a/Dockerfile'],
  ['file:/a/Dockerfile', '/a/Dockerfile'],
  ['file:///a/100%/50%25/Dockerfile', '/a/100%/50%/Dockerfile'],
  ['file:///a/%ff/Dockerfile', undefined],
  ['file://server/share/Dockerfile', undefined],
  ['untitled:Untitled-1', undefined],
  ['', undefined],
])('the file of %j is %j', (uri, path) => {
  expect(fileOf(uri)).toBe(path);
});

it('takes the folders of a workspace that are on this machine', () => {
  const folderOf = workspaceFolders({
    rootUri: null,
    workspaceFolders: [
      { uri: 'file://server/share', name: 'there' },
      { uri: 'file:///a/100%', name: 'here' },
    ],
  });
  expect(folderOf('/a/100%/Dockerfile')).toBe('/a/100%');
});
