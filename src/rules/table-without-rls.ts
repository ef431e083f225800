import { effects } from '../sql/effects.ts';
import { writeName, type QualifiedName } from '../sql/names.ts';
import { headSpan } from '../sql/spans.ts';
import { child } from '../sql/walk.ts';
import { defineRule, type StatementContext, type StatementRule } from './define-rule.ts';
import { isProtected } from './support/policies.ts';

/** A new table in a protected schema that this migration leaves open. */
export const tableWithoutRls: StatementRule = defineRule({
  id: 'table-without-rls',
  title: 'A new table without row-level security',
  severity: 'error',
  category: 'row-level security',
  scope: 'statement',
  kinds: ['CreateStmt', 'CreateTableAsStmt', 'SelectStmt'],
  check(statement, context) {
    // What a block makes it may also secure, with SQL that only its run knows.
    if (context.transaction === 'block') return [];
    if (child(statement.node, 'partbound') !== null || isTemporary(statement.node['relation']) || isTemporary(child(statement.node, 'into')?.['rel']) || isTemporary(child(statement.node, 'intoClause')?.['rel'])) return [];
    return effects(statement).created.filter((each) => each.kind === 'table' && !(each.ifNotExists === true && context.exists(each.name)) && isProtected(each.name, context.config)).flatMap(({ name }) => {
      const missing = whatIsMissing(name, context);
      return missing === null ? [] : [{
        message: `The table ${writeName(name)} is in a protected schema, but this migration ${missing}. Put ENABLE ROW LEVEL SECURITY and the policies into the migration that creates the table.`,
        span: headSpan(statement),
        relation: name,
      }];
    });
  },
  docs: {
    what: 'A table is created in a schema that `protectedSchemas` in `lockstep.config.json` names, and the same migration does not both enable row-level security on it and create a policy for it. The list is empty by default, so the rule says nothing until a team asks for it. Partitions are protected through their parent, and temporary tables are left out. A table that a DO block makes is judged by the dry run, which sees what the block did.',
    why: 'Between this migration and a later one every tenant can read and change the rows of all others. With row-level security but no policy nobody but the owner sees a row, so the feature does not work.',
    instead: 'Write ALTER TABLE … ENABLE ROW LEVEL SECURITY and CREATE POLICY right behind the CREATE TABLE. Add FORCE ROW LEVEL SECURITY when the application connects as the owner of the table.',
  },
  examples: {
    bad: [
      { sql: 'CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id bigint NOT NULL);', config: { protectedSchemas: ['public'] } },
      { title: 'Enabled, but nobody is let in', sql: 'CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id bigint NOT NULL);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;', config: { protectedSchemas: ['public'] } },
      { title: 'SELECT INTO', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);', sql: 'SELECT * INTO orders_copy FROM orders;', config: { protectedSchemas: ['public'] } },
    ],
    good: [
      { title: 'The table exists already, so the statement does nothing', setup: 'CREATE TABLE notes (id bigint PRIMARY KEY);', sql: 'CREATE TABLE IF NOT EXISTS notes (id bigint PRIMARY KEY);', config: { protectedSchemas: ['public'] } },
      { sql: "CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id bigint NOT NULL);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;\nCREATE POLICY notes_of_tenant ON notes USING (tenant_id = (SELECT current_setting('app.tenant_id')::bigint));", config: { protectedSchemas: ['public'] } },
      { title: 'A schema that nobody protects', sql: 'CREATE TABLE notes (id bigint PRIMARY KEY);' },
    ],
  },
});

function isTemporary(relation: unknown): boolean {
  return child({ relation }, 'relation')?.['relpersistence'] === 't';
}

function whatIsMissing(name: QualifiedName, context: StatementContext): string | null {
  const enabled = context.laterEnablesRowSecurity(name);
  const hasPolicy = context.laterCreatesPolicy(name);
  if (enabled && hasPolicy) return null;
  if (enabled) return 'creates no policy for it, so only its owner sees its rows';
  return hasPolicy ? 'does not enable row-level security on it, so its policies do nothing' : 'neither enables row-level security on it nor creates a policy, so every role with a grant sees every row';
}
