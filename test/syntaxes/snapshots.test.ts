import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { root } from '../../scripts/run.mjs';
import { tokenize, type Token } from '../support/grammars.ts';

const folder = join(root, 'test/fixtures/syntaxes');

const scopeOf: Readonly<Record<string, string>> = { '.sql': 'source.sql', '.ts': 'source.ts', '.tsx': 'source.tsx', '.js': 'source.js', '.jsx': 'source.js.jsx' };

/** Each file beside its snapshot. LOCKSTEP_SNAPSHOTS=1 writes them anew; read the difference before you commit it. */
describe('grammar snapshots', () => {
  for (const name of readdirSync(folder).filter((file) => !file.endsWith('.snap'))) {
    it(name, async () => {
      const tokens = await tokenize(scopeOf[extname(name)] ?? '', readFileSync(join(folder, name), 'utf8'));
      const text = tokens.map(draw).join('');
      const snapshot = join(folder, `${name}.snap`);
      if (process.env['LOCKSTEP_SNAPSHOTS'] === '1') writeFileSync(snapshot, text);
      assert.equal(text, readFileSync(snapshot, 'utf8'));
    });
  }
});

/** The line, and under it what is coloured. */
function draw(line: readonly Token[]): string {
  let column = 0;
  const marks = line.flatMap((token) => {
    const start = column;
    column += token.text.length;
    const scopes = token.scopes.filter((scope) => !silent.test(scope));
    return scopes.length === 0 || token.text.trim() === '' ? [] : [`#${' '.repeat(start)}${'^'.repeat(token.text.length)} ${scopes.join(' ')}\n`];
  });
  return `>${line.map((token) => token.text).join('')}\n${marks.join('')}`;
}

/** Scopes that say where a token stands, in the grammars that ours are injected into. */
const silent = /^(?:source|meta\.(?!embedded\.block\.sql|template\.expression))/;
