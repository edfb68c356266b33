import type { ToldFailure } from './builds/model.ts';
import { HUB } from './reference.ts';

/** What is said of an image that its registry does not have, whatever the builder. */
export const notThere = (image: string): ToldFailure => ({
  message: `${registryOf(image)} has no image ${shortImage(image)}: check its name and tag.`,
  image: shortImage(image),
});

/** What is said of an image that its registry keeps from who asks. */
export const notForAll = (image: string): ToldFailure => ({
  message: `${registryOf(image)} gives the image ${shortImage(image)} to nobody who is not signed in.`,
  image: shortImage(image),
});

/** What is said of an image where its registry does not tell which of the two it is. */
export const notHad = (image: string): ToldFailure => ({
  message: `${registryOf(image)} has no image ${shortImage(image)}, or gives it to nobody who is not signed in: check its name.`,
  image: shortImage(image),
});

/** An image without what Docker Hub's have before their names. */
export const shortImage = (image: string): string =>
  image.replace(/^docker\.io\/(?:library\/)?/, '');

/** Builders name an image of Docker Hub with its host or without. */
function registryOf(image: string): string {
  const [first = '', ...rest] = image.split('/');
  const isHost = rest.length > 0 && /[.:]|^localhost$/.test(first);
  return isHost && first !== HUB ? first : 'Docker Hub';
}
