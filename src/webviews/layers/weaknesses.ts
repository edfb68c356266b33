import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { count } from '../../util/format.ts';
import type { FindingRow, LayersHead, ToLayers } from '../protocol/layers.ts';

export type Findings = Extract<ToLayers, { readonly type: 'findings' }>;

export interface WeaknessActions {
  scan(scanner: string): void;
  stop(): void;
  manageTrust(): void;
  /** Shows what a layer did. */
  show(layer: number): void;
  openInstruction(layer: number): void;
}

/** Weaknesses, as a program that is installed finds them. */
export function weaknessesView(
  head: LayersHead,
  list: Findings | undefined,
  actions: WeaknessActions,
): TemplateResult {
  if (!list) return html`<p class="empty">…</p>`;
  const { trusted, scanners, running, by, problem, findings, total } = list;
  if (!trusted)
    return html`<p class="empty">
      Programs that know weaknesses are run only in a workspace that is trusted.
      <button class="link" @click=${() => actions.manageTrust()}>Manage Workspace Trust</button>
    </p>`;
  if (scanners.length === 0)
    return html`<p class="empty">
      Stevedore has no data on weaknesses of its own. Install trivy, grype or docker scout, and they
      are looked for here.
    </p>`;
  return html`<div class="page" tabindex="0" role="region" aria-label="Weaknesses">
    <p class="summary">
      ${
        running
          ? html`${by} is looking at the image…
              <button class="secondary" @click=${() => actions.stop()}>Cancel</button>`
          : scanners.map(
              (name) =>
                html`<button class="secondary" @click=${() => actions.scan(name)}>
                  Scan with ${name}
                </button> `,
            )
      }
    </p>
    ${problem === undefined ? nothing : html`<p role="alert" class="problem">${problem}</p>`}
    ${by !== undefined && !running ? html`<p>${summary(findings, total, by)}</p>` : nothing}
    ${
      findings.length > 0
        ? html`<table>
            <thead>
              <tr>
                <th scope="col">Severity</th>
                <th scope="col">Weakness</th>
                <th scope="col">Package</th>
                <th scope="col">Fixed in</th>
                <th scope="col">Layer</th>
              </tr>
            </thead>
            <tbody>
              ${findings.map((finding) => findingRow(finding, head, actions))}
            </tbody>
          </table>`
        : nothing
    }
    ${total > findings.length ? html`<p class="more">and ${(total - findings.length).toLocaleString('en')} more</p>` : nothing}
  </div>`;
}

function summary(findings: readonly FindingRow[], total: number, by: string): string {
  if (total === 0) return `${by} knows no weakness of this image.`;
  const counts = new Map<string, number>();
  for (const { severity } of findings) counts.set(severity, (counts.get(severity) ?? 0) + 1);
  const parts = [...counts].map(([severity, number]) => `${number} ${severity}`);
  return `${by} knows ${count(total, 'weakness').replace(/ss+s$/, 'sses')}: ${parts.join(', ')}.`;
}

function findingRow(
  { id, severity, package: name, version, fixed, title, layer }: FindingRow,
  { layers }: LayersHead,
  { show, openInstruction }: WeaknessActions,
): TemplateResult {
  return html`<tr>
    <td class="severity ${severity}">${severity}</td>
    <td title=${title}>${id}</td>
    <td class="path">${name} ${version}</td>
    <td class="path">${fixed || '–'}</td>
    <td>
      ${
        layer === undefined
          ? '–'
          : html`<button
                class="link"
                title=${layers[layer]?.instruction ?? ''}
                @click=${() => show(layer)}
              >
                ${layer + 1}
              </button>
              ${
                layers[layer]?.linked
                  ? html`<button class="link" @click=${() => openInstruction(layer)}>
                      Dockerfile
                    </button>`
                  : nothing
              }`
      }
    </td>
  </tr>`;
}
