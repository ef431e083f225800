import { nameKey, writeName, type QualifiedName } from '../sql/names.ts';
import { child, text, words } from '../sql/walk.ts';
import { defineRule, type StatementRule } from './define-rule.ts';
import { observeScan } from './support/evidence.ts';

/** ALTER DOMAIN that tests every row of every table that uses the domain. */
export const domainConstraintScan: StatementRule = defineRule({
  id: 'domain-constraint-scan',
  title: 'ALTER DOMAIN reads every table that uses it',
  severity: 'information',
  category: 'constraints and indexes',
  scope: 'statement',
  hasFix: true,
  kinds: ['AlterDomainStmt'],
  check(statement, context) {
    const name = domainOf(statement.node['typeName']);
    const added = child(child(statement.node, 'def') ?? {}, 'Constraint');
    const isAdd = added !== null && text(added, 'contype') !== 'CONSTR_NOTNULL' && text(statement.node, 'subtype') === 'C';
    const tests = isAdd ? added['skip_validation'] !== true : ['O', 'C'].includes(text(statement.node, 'subtype') ?? '');
    if (!tests || context.namedEarlier(`type ${nameKey(name)}`)) return [];
    const end = statement.text.length;
    return [{
      message: `Every table with a column of ${writeName(name)} is read, and writes to it wait meanwhile. ${isAdd ? 'Add the constraint NOT VALID, which tests new values only, and VALIDATE it when few write: that reads under the same lock.' : 'Run it when few write, after a query has shown that no row holds a null.'}`,
      span: { start: 0, end },
      fixes: isAdd ? [{ title: 'Add the constraint NOT VALID', edits: [{ span: { start: end, end }, text: ' NOT VALID' }] }] : [],
    }];
  },
  observe: observeScan,
  docs: {
    what: 'ALTER DOMAIN … ADD CONSTRAINT without NOT VALID, or SET NOT NULL, on a domain that exists before the migration.',
    why: 'PostgreSQL tests every value of the domain: it takes SHARE on every table that has a column of it and reads them all, and writes to all of them wait until the transaction ends. A new table or a new column elsewhere makes the same statement slower than it was on the day it was written.',
    instead: 'Add the constraint NOT VALID: new values are tested from then on. Mend old ones, then VALIDATE, which takes the same locks, when few write. A CHECK on each table can be validated without blocking writes, a domain cannot.',
  },
  examples: {
    bad: [
      { setup: "CREATE DOMAIN email AS text;\nCREATE TABLE customers (id bigint PRIMARY KEY, email email);\nINSERT INTO customers VALUES (1, 'a@example.com');", sql: "ALTER DOMAIN email ADD CONSTRAINT email_at CHECK (VALUE LIKE '%@%');", fixLeaves: 'VALIDATE CONSTRAINT' },
      { setup: "CREATE DOMAIN email AS text;\nCREATE TABLE customers (id bigint PRIMARY KEY, email email);\nINSERT INTO customers VALUES (1, 'a@example.com');", sql: 'ALTER DOMAIN email SET NOT NULL;' },
    ],
    good: [
      { setup: 'CREATE DOMAIN email AS text;', sql: "ALTER DOMAIN email ADD CONSTRAINT email_at CHECK (VALUE LIKE '%@%') NOT VALID;" },
      { title: 'A domain of the same file', sql: "CREATE DOMAIN email AS text;\nALTER DOMAIN email ADD CONSTRAINT email_at CHECK (VALUE LIKE '%@%');" },
    ],
  },
});

function domainOf(typeName: unknown): QualifiedName {
  const parts = words(typeName);
  return { schema: parts.at(-2) ?? null, name: parts.at(-1) ?? '' };
}
