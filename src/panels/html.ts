/** What a panel's page is made from; addresses as the webview knows them. */
export interface Page {
  readonly title: string;
  readonly script: string;
  readonly style: string;
  /** Letters and digits that nobody could have guessed, new for each page. */
  readonly nonce: string;
  /** Where styles may come from: VS Code's word for what the extension ships. */
  readonly source: string;
}

/**
 * The page of a panel: one script, one style sheet, nothing inline, nothing from elsewhere. Its script makes what is
 * seen from templates of its own, in which all that comes from outside is text.
 */
export function panelHtml({ title, script, style, nonce, source }: Page): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${source}`,
    `font-src ${source}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${escaped(policy)}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${escaped(title)}</title>
    <link rel="stylesheet" href="${escaped(style)}" />
  </head>
  <body>
    <main id="root"></main>
    <script nonce="${escaped(nonce)}" src="${escaped(script)}" defer></script>
  </body>
</html>
`;
}

/** Text as it may stand in an attribute between double quotes, or between tags. */
function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
