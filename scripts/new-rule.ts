// Begins a rule:  npm run new-rule -- <id>
// Writes src/rules/<id>.ts, which compiles, then the index and the pages. The conformance suite says what is left to fill in.
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { exportName } from './generate/rules.ts';

const [id = ''] = process.argv.slice(2);
const problem = whatIsWrong(id);
if (problem === null) {
  writeFileSync(fileOf(id), template(id));
  const { status } = spawnSync(process.execPath, [fileURLToPath(new URL('generate.ts', import.meta.url))], { stdio: 'inherit' });
  console.log(`src/rules/${id}.ts is there. Fill in what it says in capitals, then run "npm run generate" and "npm run check".`);
  process.exitCode = status ?? 1;
} else {
  console.error(problem);
  process.exitCode = 2;
}

function whatIsWrong(name: string): string | null {
  if (!/^[a-z]+(-[a-z]+)+$/.test(name)) return 'Usage: npm run new-rule -- <statement>-<problem>, small letters and hyphens, for example truncate-table.';
  return existsSync(fileOf(name)) ? `src/rules/${name}.ts exists already.` : null;
}

function fileOf(name: string): string {
  return fileURLToPath(new URL(`../src/rules/${name}.ts`, import.meta.url));
}

function template(name: string): string {
  const variable = exportName(name);
  return `import { relationName, writeName } from '../sql/names.ts';
import { headSpan } from '../sql/spans.ts';
import { child } from '../sql/walk.ts';
import { defineRule, type StatementRule } from './define-rule.ts';

/** WHAT IT FINDS, IN ONE SENTENCE. */
export const ${variable}: StatementRule = defineRule({
  id: '${name}',
  title: 'WHAT HAPPENS, IN A LINE',
  severity: 'warning',
  category: 'locks and rewrites',
  scope: 'statement',
  kinds: ['AlterTableStmt'],
  check(statement, context) {
    const relation = child(statement.node, 'relation');
    if (relation === null || context.isNew(relationName(relation))) return [];
    const table = relationName(relation);
    return [{ message: \`WHAT HAPPENS TO \${writeName(table)}, WHY THAT HURTS, WHAT TO DO.\`, span: headSpan(statement), relation: table }];
  },
  docs: {
    what: 'WHAT THE RULE FINDS.',
    why: 'WHY IT HURTS, with the lock and the PostgreSQL fact.',
    instead: 'WHAT TO DO INSTEAD.',
  },
  examples: {
    bad: [{ setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);', sql: 'THE STATEMENT THAT IT FINDS;' }],
    good: [{ setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);', sql: 'THE STATEMENT TO WRITE INSTEAD;' }],
  },
});
`;
}
