import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { extensions, workspace } from 'vscode';
import { eventually } from '../pages/wait.ts';

describe('the installed extension', () => {
  it('is there and starts with the first Dockerfile', async () => {
    const extension = extensions.getExtension('stevedore.stevedore');
    assert.ok(extension, 'stevedore.stevedore is not installed');
    const [dockerfile] = await workspace.findFiles('Dockerfile');
    assert.ok(dockerfile, 'the sample workspace has no Dockerfile');
    const document = await workspace.openTextDocument(dockerfile);
    assert.equal(document.languageId, 'dockerfile');
    await eventually('the extension to be active', async () => extension.isActive);
  });
});
