import { strict as assert } from 'node:assert';
import { writeFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { commands, extensions, window, workspace } from 'vscode';
import { eventually } from '../../test/editor/pages/wait.ts';

const { STEVEDORE_BENCH_EXTENSION: id = '', STEVEDORE_BENCH_RESULT: result = '' } = process.env;

/** Opens a Dockerfile, and reads from VS Code's own report what that cost. */
describe('activation', () => {
  it('is measured by VS Code', async () => {
    const extension = extensions.getExtension(id);
    assert.ok(extension, `${id} is not installed`);
    assert.equal(extension.isActive, false, 'it is active before a Dockerfile was opened');
    const [dockerfile] = await workspace.findFiles('Dockerfile');
    assert.ok(dockerfile, 'the workspace has no Dockerfile');
    await window.showTextDocument(dockerfile);
    await eventually('the extension to be active', async () => extension.isActive);
    await commands.executeCommand('perfview.show');
    const line = await eventually('the report', async () => {
      const report = workspace.textDocuments.find(({ uri }) => uri.scheme === 'perf')?.getText();
      const stats = report?.split('Extension Activation Stats')[1];
      return stats?.split('\n').find((text) => text.includes(id));
    });
    // | Extension | Eager | Load Code | Call Activate | Finish Activate | Event | By |
    const [, , load, call, finish] = line.slice(line.indexOf(id)).split('|').map(Number);
    const figures = { load, call, finish };
    assert.ok(!Object.values(figures).some(Number.isNaN), `the report has changed: ${line}`);
    writeFileSync(result, JSON.stringify(figures));
  });
});
