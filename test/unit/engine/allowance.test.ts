import { describe, expect, it } from 'vitest';
import { createGate } from '../../../src/engine/allowance.ts';

describe('a gate', () => {
  const asking = () => {
    let asked = 0;
    const answer = { resolve: () => {}, reject: (error: Error) => void error };
    const ask = () => {
      asked++;
      return new Promise<void>((resolve, reject) => Object.assign(answer, { resolve, reject }));
    };
    return { gate: createGate({ bytes: 100, ask }), asked: () => asked, answer };
  };
  const isOpen = (gate: ReturnType<typeof createGate>) =>
    Promise.race([
      gate.passed().then(() => true),
      new Promise<false>((resolve) => setImmediate(() => resolve(false))),
    ]);

  it('is open until more is wanted than is allowed', async () => {
    const { gate, asked } = asking();
    gate.want(60);
    gate.want(40);
    expect(await isOpen(gate)).toBe(true);
    expect(asked()).toBe(0);
  });

  it('is shut while one question is open, however much is wanted', async () => {
    const { gate, asked, answer } = asking();
    gate.want(101);
    gate.want(1000);
    expect(await isOpen(gate)).toBe(false);
    answer.resolve();
    expect(await isOpen(gate)).toBe(true);
    gate.want(5000);
    expect(asked()).toBe(1);
    expect(await isOpen(gate)).toBe(true);
  });

  it('passes on what the question is answered by', async () => {
    const { gate, answer } = asking();
    gate.want(101);
    answer.reject(new Error('not so much'));
    await expect(gate.passed()).rejects.toThrow('not so much');
    await expect(gate.passed()).rejects.toThrow('not so much');
  });

  it('stays open without an allowance', async () => {
    const gate = createGate(undefined);
    gate.want(1e12);
    expect(await isOpen(gate)).toBe(true);
  });
});
