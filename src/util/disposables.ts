import type { Disposable } from './emitter.ts';

export interface Disposables extends Disposable {
  /** Keeps `item` until this list is disposed; when that has already happened, disposes it at once. Returns `item`. */
  add<T extends Disposable>(item: T): T;
}

/** A list of things that end together, the last one added first. */
export function createDisposables(): Disposables {
  const items: Disposable[] = [];
  let disposed = false;
  return {
    add(item) {
      if (disposed) item.dispose();
      else items.push(item);
      return item;
    },
    dispose() {
      disposed = true;
      for (const item of items.splice(0).reverse()) item.dispose();
    },
  };
}
