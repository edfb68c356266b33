import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../../../scripts/lib/vscode.ts';
import { bundleWebview } from '../../../scripts/bundle/webview.mjs';
import { panelHtml } from '../../../src/panels/html.ts';
import { THEMES } from './themes.ts';
import type { ThemeName } from './themes.ts';

/** A browser with the pages of panels, bundled as they are packaged. */
export interface PanelBrowser {
  /** Opens the page of a panel, as VS Code does. */
  open(options?: PageOptions): Promise<PanelPage>;
  close(): Promise<void>;
}

export interface PageOptions {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  /** What the page kept the last time that it was there. */
  readonly state?: unknown;
  readonly reducedMotion?: 'reduce' | 'no-preference';
  /** Whether the system has everything drawn in a few colours of its own. */
  readonly forcedColors?: 'active' | 'none';
  /** A class that VS Code gives the body besides the theme's, for a setting of its own. */
  readonly bodyClass?: 'vscode-reduce-motion';
}

export interface PanelPage {
  readonly page: Page;
  /** What the extension tells the page. */
  tell(message: unknown): Promise<void>;
  /** What the page has sent since it was last asked. */
  sent(): Promise<unknown[]>;
  /** What it keeps. */
  state(): Promise<unknown>;
  /** What the browser refused for the page's policy, and what went wrong in its script. Empty if all is well. */
  readonly faults: string[];
  close(): Promise<void>;
}

/** Nobody is asked for it: every request is answered from the bundles. */
const ORIGIN = 'http://panel.test';

/** Starts a browser for the panel whose source is src/webviews/NAME. */
export async function panelBrowser(name: string): Promise<PanelBrowser> {
  const dir = mkdtempSync(join(tmpdir(), 'stevedore-webview-'));
  await bundleWebview(name, dir);
  const browser = await launchBrowser();
  return {
    open: (options = {}) => openPage(browser, dir, name, options),
    async close() {
      await browser.close();
      rmSync(dir, { recursive: true });
    },
  };
}

async function openPage(
  browser: Browser,
  dir: string,
  name: string,
  options: PageOptions,
): Promise<PanelPage> {
  const { theme = 'dark', width = 900, height = 700 } = options;
  const { reducedMotion = 'no-preference', forcedColors = 'none', bodyClass } = options;
  const page = await browser.newPage({ viewport: { width, height }, reducedMotion, forcedColors });
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text());
  });
  page.on('requestfailed', (request) => faults.push(`could not load ${request.url()}`));
  await page.route('**/*', (route) => {
    const { origin, pathname } = new URL(route.request().url());
    if (origin !== ORIGIN) return route.abort();
    if (pathname !== '/')
      return route.fulfill({ path: join(dir, pathname), contentType: typeOf(pathname) });
    const nonce = randomBytes(16).toString('hex');
    const html = panelHtml({
      title: name,
      script: `${ORIGIN}/${name}.js`,
      style: `${ORIGIN}/${name}.css`,
      nonce,
      source: ORIGIN,
    });
    return route.fulfill({ body: html, contentType: 'text/html' });
  });
  const given = JSON.stringify({ state: options.state, bodyClass, ...THEMES[theme] });
  await page.addInitScript({ content: `(${PREPARE})(${given})` });
  await page.goto(`${ORIGIN}/`);
  return {
    page,
    faults,
    tell: (message) => page.evaluate(`postMessage(${JSON.stringify(message)}, '*')`),
    sent: () => page.evaluate('sentMessages.splice(0)'),
    state: () => page.evaluate('keptState'),
    close: () => page.close(),
  };
}

/** What runs in the page before its own script: plain JavaScript, for what transforms our tests adds helpers that no page has. */
const PREPARE = `(given) => {
  globalThis.sentMessages = [];
  globalThis.keptState = given.state;
  // VS Code keeps what JSON keeps, and gives the API once.
  globalThis.acquireVsCodeApi = () => {
    delete globalThis.acquireVsCodeApi;
    return {
      postMessage: (message) => void sentMessages.push(message),
      getState: () => globalThis.keptState,
      setState: (state) => void (globalThis.keptState = JSON.parse(JSON.stringify(state))),
    };
  };
  document.addEventListener('DOMContentLoaded', () => {
    document.body.className = given.body;
    if (given.bodyClass) document.body.classList.add(given.bodyClass);
    for (const [name, value] of Object.entries(given.variables))
      document.documentElement.style.setProperty('--vscode-' + name, value);
  });
}`;

function typeOf(path: string): string {
  return path.endsWith('.css') ? 'text/css' : 'text/javascript';
}
