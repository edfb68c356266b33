import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { version } from 'vscode';

describe('a suite with a fault', () => {
  it('passes inside an extension host', () => {
    assert.match(version, /^\d+\.\d+\.\d+/);
  });

  it('fails', () => {
    assert.equal(Number('2'), 3, 'two is not three');
  });
});
