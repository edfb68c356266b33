import { describe, it } from 'mocha';

/** Run on its own by the harness's tests, with one retry. */
describe('a shaky suite', () => {
  let tries = 0;
  it('passes the second time', () => {
    tries += 1;
    if (tries < 2) throw new Error('not yet');
  });

  it('never passes', () => {
    throw new Error('never');
  });
});
