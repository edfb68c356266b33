import type { PanelPage } from './page.ts';

/** A program's `light`, which takes colours with their opacity, the lowest first, and answers how light they are together. */
export const LIGHT = `const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 });
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const light = (layers) => {
    for (const [color, opacity] of layers) {
      context.globalAlpha = opacity;
      context.fillStyle = color;
      context.fillRect(0, 0, 1, 1);
    }
    const [r, g, b] = [...context.getImageData(0, 0, 1, 1).data].map((byte) => {
      const part = byte / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };`;

/** The contrast of a colour of an element with the page's background, as WCAG 2 reckons it. */
export function contrast(
  panel: PanelPage,
  selector: string,
  property: 'color' | 'stroke' | 'backgroundColor',
): Promise<number> {
  return panel.page.evaluate(`(() => {
    ${LIGHT}
    const background = getComputedStyle(document.body).backgroundColor;
    const text = getComputedStyle(document.querySelector('${selector}')).${property};
    const both = [light([[background, 1]]), light([[background, 1], [text, 1]])].sort((a, b) => b - a);
    return (both[0] + 0.05) / (both[1] + 0.05);
  })()`);
}
