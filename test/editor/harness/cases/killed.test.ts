import { describe, it } from 'mocha';

describe('a suite that loses its host', () => {
  it('never ends', () => {
    // VS Code reports exit code 0 for this.
    process.kill(process.pid, 'SIGKILL');
  });
});
