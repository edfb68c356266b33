import { LIGHT } from './contrast.ts';
import type { PanelPage } from './page.ts';

/**
 * The texts in sight that have too little contrast with what is painted behind them, as WCAG 2 reckons it: below 4.5, each kind of
 * element once. Those of what is disabled don't count.
 */
export const unreadable = ({ page }: PanelPage): Promise<string[]> =>
  page.evaluate(`(() => {
    ${LIGHT}
    const found = new Map();
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text; (text = texts.nextNode());) {
      const element = text.parentElement;
      const isSeen = element.checkVisibility({ visibilityProperty: true });
      if (!text.textContent.trim() || !isSeen || element.closest('script, option, :disabled')) continue;
      const behind = [];
      let opacity = 1;
      for (let at = element; at; at = at.parentElement) {
        const style = getComputedStyle(at);
        behind.unshift([style.backgroundColor, 1]);
        opacity *= Number(style.opacity);
      }
      const both = [light(behind), light([...behind, [getComputedStyle(element).color, opacity]])];
      const [less, more] = both.sort((a, b) => a - b);
      const contrast = (more + 0.05) / (less + 0.05);
      const kind = element.closest('[class]').className.trim() + ' ' + element.localName;
      if (contrast < 4.5 && !found.has(kind))
        found.set(kind, kind + ': ' + contrast.toFixed(2) + ' “' + text.textContent.trim().slice(0, 30) + '”');
    }
    return [...found.values()];
  })()`);
