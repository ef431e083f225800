/** What the page shell needs from the webview that shows it. */
export interface PageOptions {
  /** `webview.cspSource`. */
  readonly cspSource: string;
  /** Fresh for every page: letters and digits. */
  readonly nonce: string;
  /** `asWebviewUri` of dist/webview.js and dist/webview.css. */
  readonly script: string;
  readonly style: string;
  readonly title: string;
}

/**
 * The shell of the report page. It holds no report: the page asks for one when it is ready and builds every node from
 * text, so nothing from a database or a migration is ever parsed as HTML.
 */
export function pageHtml(options: PageOptions): string {
  const policy = [`default-src 'none'`, `script-src 'nonce-${options.nonce}'`, `style-src ${options.cspSource}`, `font-src ${options.cspSource}`];
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy.join('; '))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(options.title)}</title>
<link rel="stylesheet" href="${escapeHtml(options.style)}">
</head>
<body>
<div id="announcer" class="announcer" role="status" aria-live="polite"></div>
<main id="page"></main>
<script type="module" nonce="${options.nonce}" src="${escapeHtml(options.script)}"></script>
</body>
</html>
`;
}

/** Safe inside an attribute in double quotes and between tags. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
