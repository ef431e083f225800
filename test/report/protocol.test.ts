import assert from 'node:assert/strict';
import { escapeHtml, pageHtml } from '../../src/report/html.ts';
import { parsePageMessage, parsePageState, parseWebviewMessage, stateToKeep, viewPaths, type PageState } from '../../src/report/protocol.ts';
import { reportView } from '../../src/report/view-model.ts';
import { hostileName, shopReport } from './samples.ts';

const report: PageState = { kind: 'report', path: '/up.sql', migration: '0012', view: reportView(shopReport()) };
const running: PageState = { kind: 'running', path: '/up.sql', migration: '0012', message: 'Replaying', fraction: 0.5 };

describe('messages of the page', () => {
  it('reads the five that exist, and nothing beyond their fields', () => {
    for (const type of ['ready', 'rerun', 'cancel', 'openDiff']) assert.deepEqual(parseWebviewMessage({ type, extra: 1 }), { type });
    assert.deepEqual(parseWebviewMessage({ type: 'reveal', path: '/a.sql', span: { start: 1, end: 2, x: 3 } }), { type: 'reveal', path: '/a.sql', span: { start: 1, end: 2 } });
  });

  for (const bad of [
    null,
    undefined,
    'ready',
    [],
    {},
    { type: 'execute' },
    { type: 'reveal' },
    { type: 'reveal', path: 1, span: { start: 0, end: 1 } },
    { type: 'reveal', path: '/a', span: null },
    { type: 'reveal', path: '/a', span: { start: -1, end: 1 } },
    { type: 'reveal', path: '/a', span: { start: 2, end: 1 } },
    { type: 'reveal', path: '/a', span: { start: 0.5, end: 1 } },
    { type: 'reveal', path: '/a', span: { start: '0', end: 1 } },
    { type: 'reveal', path: '/a', span: { start: 0, end: Infinity } },
    { type: Object.create(null) as unknown },
  ]) {
    it(`refuses ${JSON.stringify(bad)}`, () => assert.equal(parseWebviewMessage(bad), null));
  }

  it('carries every state through JSON', () => {
    const stopped: PageState = { kind: 'stopped', path: '/up.sql', migration: '0012', message: 'No database', next: 'Try again' };
    for (const state of [report, running, stopped]) assert.deepEqual(parsePageMessage(JSON.parse(JSON.stringify({ type: 'show', state }))), { type: 'show', state });
  });

  it('refuses the view of another version and what is no state', () => {
    for (const state of [null, 7, {}, { ...report, view: { ...report.view, version: 2 } }, { ...running, fraction: 'half' }, { ...running, path: undefined }]) {
      assert.equal(parsePageState(state), null);
      assert.equal(parsePageMessage({ type: 'show', state }), null);
    }
  });

  it('keeps a report over a reload, but not a run that ended with it', () => {
    assert.equal(stateToKeep(report), report);
    const kept = stateToKeep(running);
    assert.equal(kept.kind, 'stopped');
    assert.equal(kept.path, running.path);
  });

  it('leads only to the files of the report', () => {
    assert.deepEqual([...viewPaths(reportView(shopReport()))].sort(), shopReport().scripts.map((script) => script.path).sort());
  });
});

describe('the shell of the page', () => {
  const html = pageHtml({ cspSource: 'vscode-webview://x', nonce: 'n0nce', script: 'https://x/webview.js', style: 'https://x/webview.css', title: hostileName });

  it('forbids everything but its own script, style and font', () => {
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1]?.replaceAll('&#39;', "'") ?? '';
    assert.equal(policy, "default-src 'none'; script-src 'nonce-n0nce'; style-src vscode-webview://x; font-src vscode-webview://x");
    assert.doesNotMatch(policy, /unsafe/);
  });

  it('has one script, with the nonce, and no handler or style in the markup', () => {
    assert.equal(html.match(/<script/g)?.length, 1);
    assert.match(html, /<script type="module" nonce="n0nce" src="https:\/\/x\/webview.js">/);
    assert.doesNotMatch(html, /<[^>]*\s(on\w+|style)=/);
  });

  it('escapes what it is given', () => {
    assert.ok(html.includes(`<title>${escapeHtml(hostileName)}</title>`));
    assert.equal(escapeHtml(`<&"'>`), '&#60;&#38;&#34;&#39;&#62;');
  });
});
