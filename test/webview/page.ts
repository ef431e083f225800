import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { root } from '../../scripts/run.mjs';
import { pageHtml } from '../../src/report/html.ts';

/** The built page on 127.0.0.1 under its real content security policy, where any browser can look at it. */
export async function servePage(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const nonce = 'abcdefghijklmnop0123456789';
  const server = createServer((request, response) => {
    void answer(request.url ?? '/', nonce).then(({ type, body }) => response.writeHead(body === '' ? 404 : 200, { 'content-type': type }).end(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}/`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function answer(url: string, nonce: string): Promise<{ readonly type: string; readonly body: string }> {
  switch (url) {
    case '/':
      return { type: 'text/html', body: pageHtml({ cspSource: `'self'`, nonce, script: '/webview.js', style: '/webview.css', title: 'Dry run' }) };
    case '/webview.js':
      return { type: 'text/javascript', body: await readFile(`${root}/dist/webview.js`, 'utf8') };
    case '/webview.css':
      return { type: 'text/css', body: await readFile(`${root}/dist/webview.css`, 'utf8') };
    default:
      return { type: 'text/plain', body: '' };
  }
}

/**
 * Runs in the page before its script: the part of VS Code that a page sees. It keeps what the page sends, and the
 * state that a reload gives back.
 */
export function fakeEditor({ variables }: { readonly variables: Readonly<Record<string, string>> }): void {
  const scope: Record<string, unknown> = globalThis;
  const dom: { readonly document: { readonly documentElement: { readonly style: { setProperty(name: string, value: string): void } } | null; addEventListener(name: string, listener: () => void): void }; readonly sessionStorage: { getItem(key: string): string | null; setItem(key: string, value: string): void } } =
    // The function runs in the browser, whose globals this project's server-side types do not know.
    globalThis as never;
  const paint = (): void => {
    for (const [name, value] of Object.entries(variables)) dom.document.documentElement?.style.setProperty(name, value);
  };
  paint();
  dom.document.addEventListener('DOMContentLoaded', paint);
  const sent: unknown[] = [];
  scope['sent'] = sent;
  scope['acquireVsCodeApi'] = () => ({
    postMessage: (message: unknown) => sent.push(message),
    getState: (): unknown => JSON.parse(dom.sessionStorage.getItem('state') ?? 'null'),
    setState: (state: unknown) => dom.sessionStorage.setItem('state', JSON.stringify(state)),
  });
}
