import { defineRule, type EditedSince, type ScriptRule } from './define-rule.ts';

/** An up that the main branch has otherwise: databases have run what it says there. */
export const migrationEditedAfterMerge: ScriptRule = defineRule({
  id: 'migration-edited-after-merge',
  title: 'A merged migration was edited',
  severity: 'warning',
  category: 'migration',
  scope: 'script',
  sides: ['up'],
  check({ edited }) {
    if (edited === null) return [];
    const message = edited.kind === 'statements' ? statements(edited) : trifle(edited);
    return message === null ? [] : [{ message, span: edited.span, ...(edited.place === undefined ? {} : { place: edited.place }) }];
  },
  docs: {
    what: 'The up of a migration differs from what the main branch has (`"mainBranch"` in `lockstep.config.json`, else what git knows as the main one), seen from where this branch left it. Other comments, white space and line ends are told only where the tool records a checksum that counts them: Prisma, Flyway, Liquibase, Atlas and sqitch do, each in its own way; the other tools know a migration by its name and never look again. Scripts that are meant to be edited, Flyway\'s repeatable ones and Liquibase\'s with `runOnChange`, are left alone.',
    why: 'Whoever has the main branch may have run the migration. No tool runs it a second time, so those databases keep what it did then while new ones get what it says now, and nobody is told; or the tool notices and refuses to go on.',
    instead: 'Put the file back as it was, and write what you want to change into a new migration. *Open a new migration with the difference*, in the light bulb, does both: it compares the catalogs of the two histories and writes a pair that leads from one to the other.',
  },
  examples: {
    bad: [
      { title: 'A column was added to a table that databases already have', sql: 'CREATE TABLE invoices (id bigint PRIMARY KEY, due_on date);', merged: 'CREATE TABLE invoices (id bigint PRIMARY KEY);' },
      { title: 'Prisma compares every character but the line ends', layout: 'prisma', sql: '-- All invoices\nCREATE TABLE invoices (id bigint PRIMARY KEY);', merged: 'CREATE TABLE invoices (id bigint PRIMARY KEY);' },
    ],
    good: [
      { title: 'A comment makes no other migration where nothing is recorded', sql: '-- All invoices\nCREATE TABLE invoices (id bigint PRIMARY KEY);', merged: 'CREATE TABLE invoices (id bigint PRIMARY KEY);' },
    ],
  },
});

function statements({ branch, tool, checksum }: EditedSince): string {
  const what = `This migration is on ${branch} already, and says something else there: databases may have run that.`;
  if (checksum === null) return `${what} They never run it again, so only new databases get what stands here. Restore it, and put the change into a new migration.`;
  return `${what} ${asSubject(tool)} compares it with \`${checksum.where}\`: ${checksum.then} Restore it, and put the change into a new migration.`;
}

/** Null where nobody will ever notice. */
function trifle({ kind, branch, tool, checksum }: EditedSince): string | null {
  if (kind === 'statements' || checksum?.counts.includes(kind) !== true) return null;
  return `Only ${kind} differ${kind === 'white space' ? 's' : ''} from what ${branch} has, but ${tool} compares ${kind === 'comments' ? 'them' : 'that'}, too, with \`${checksum.where}\`: ${checksum.then} Restore the file.`;
}

function asSubject(tool: string): string {
  return tool.charAt(0).toUpperCase() + tool.slice(1);
}
