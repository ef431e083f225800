import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/run.mjs';
import { LspClient } from '../support/lsp-client.ts';
import { lockstep, workspace } from './run.ts';

interface JsonFinding {
  readonly rule: string;
  readonly severity: 'error' | 'warning' | 'information';
  readonly message: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** The protocol counts from 0 and numbers its severities (3.17, Diagnostic). */
const severities = { error: 1, warning: 2, information: 3 } as const;

/** What the command line and an editor that `lockstep lsp` serves say of every file of a folder. */
async function bothWords(folder: string): Promise<readonly { readonly path: string; readonly terminal: unknown; readonly editor: unknown }[]> {
  const { stdout } = await lockstep(['check', '.', '--format', 'json'], { cwd: folder });
  // The shape that the schema in test/fixtures/reports promises.
  const { files } = JSON.parse(stdout) as { files: readonly { path: string; findings: readonly JsonFinding[] }[] };
  const client = await LspClient.start({ folder, command: [process.execPath, join(root, 'src/cli/main.ts'), 'lsp', '--stdio'] });
  try {
    const words = [];
    for (const { path, findings } of files) {
      client.open(path, readFileSync(path, 'utf8').replace('\ufeff', ''));
      const diagnostics = await client.diagnostics(path);
      words.push({
        path,
        terminal: findings.map(({ rule, severity, message, line, column, endLine, endColumn }) => ({
          code: rule, severity: severities[severity], message, range: { start: { line: line - 1, character: column - 1 }, end: { line: endLine - 1, character: endColumn - 1 } },
        })),
        editor: diagnostics.filter(({ code }) => code !== undefined).map(({ code, severity, message, range }) => ({ code, severity, message, range })),
      });
    }
    return words;
  } finally {
    assert.equal(await client.stop(), 0);
  }
}

describe('the command line and an editor', () => {
  for (const [example, least] of [['shop', 30], ['billing', 18], ['crm', 14]] as const) {
    it(`say the same of every file of examples/${example}`, async () => {
      const words = await bothWords(join(root, 'examples', example));
      assert.ok(words.length >= least);
      for (const { path, terminal, editor } of words) assert.deepEqual(editor, terminal, path);
    });
  }

  it('say the same of bad input', async () => {
    const { path, remove } = workspace({
      'migrations/0001_create_a.sql': 'CREATE TABLE a (id int);\n',
      'migrations/0001_create_a_rollback.sql': '',
      'migrations/0002_mixed.sql': '\ufeff-- 😀 日本語\r\nSELEC 1;\r\n/* 😀 */ CREATE INDEX i ON a (id);\r\nSELECT $$ open;\r\nDROP TABLE a;\r\n',
      'migrations/0003_quote.sql': "CREATE INDEX i ON a (id);\nSELECT 'open;\nDROP TABLE a;\n",
      'migrations/0004_empty.sql': '',
    });
    try {
      const words = await bothWords(path);
      assert.equal(words.length, 5);
      for (const { path: file, terminal, editor } of words) assert.deepEqual(editor, terminal, file);
      const mixed = words.find(({ path: file }) => file.endsWith('0002_mixed.sql'));
      assert.match(JSON.stringify(mixed?.editor), /create-index-blocking[^]*syntax-error|syntax-error[^]*create-index-blocking/);
    } finally {
      remove();
    }
  });
});
