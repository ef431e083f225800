import { defineRule, type ScriptRule } from './define-rule.ts';

/** What only psql understands, in a script that something else sends to the server. */
export const psqlMetaCommand: ScriptRule = defineRule({
  id: 'psql-meta-command',
  title: 'Only psql understands this line',
  severity: 'error',
  category: 'syntax and suppression',
  scope: 'script',
  check({ psql, asRead, text }) {
    const client = asRead.client ?? 'server';
    if (client === 'psql') return [];
    return psql
      .filter(({ kind }) => kind === 'psql' || client === 'server')
      .map(({ kind, span }) => {
        if (kind === 'rows') return { span: { start: span.start, end: lineEnd(text, span.start, span.end) }, message: 'Only psql hands these rows to COPY: the migration tool sends the file to the server, which takes them for SQL and refuses them. Write INSERT … VALUES instead.' };
        const command = /^\\\S+/.exec(text.slice(span.start, span.end))?.[0] ?? '\\';
        return { span, message: `Only psql knows \`${command}\`: the migration tool sends the file to the server, where the backslash is a syntax error. ${instead(command)}` };
      });
  },
  docs: {
    what: 'A line begins with a backslash, as the commands of psql do (`\\i`, `\\set`, `\\connect`, `\\gexec`), or rows stand below a `COPY … FROM stdin`, as pg_dump writes them, and the migration tool is not psql.',
    why: 'Lines like these are read by psql itself, and the server never sees them. A tool that sends the file over a connection sends them as well, and the migration fails with a syntax error: a dump that psql restores is no migration.',
    instead: 'Write what the command does as SQL: the included file itself, the value of the variable, `INSERT … VALUES` for the rows. Lockstep checks the statements around these lines all the same. sqitch runs psql, so nothing is said there; a dry run does not run such commands, and its report says so.',
  },
  examples: {
    bad: [
      { title: 'A variable of psql', sql: '\\set ON_ERROR_STOP on\nCREATE TABLE IF NOT EXISTS invoices (id bigint PRIMARY KEY);' },
      { title: 'Part of a dump', setup: 'CREATE TABLE currencies (code text PRIMARY KEY, name text);', sql: 'COPY currencies (code, name) FROM stdin;\nEUR\tEuro\nCHF\tFranken\n\\.\n', fails: '0A000' },
    ],
    good: [{ setup: 'CREATE TABLE currencies (code text PRIMARY KEY, name text);', sql: "INSERT INTO currencies (code, name) VALUES ('EUR', 'Euro'), ('CHF', 'Franken');" }],
  },
});

function instead(command: string): string {
  if (/^\\(i|ir|include|include_relative)$/.test(command)) return 'Put the SQL of that file here.';
  if (command === '\\copy') return 'Write INSERT … VALUES instead.';
  if (/^\\(c|connect)$/.test(command)) return 'A migration runs on the connection of its tool.';
  return 'Write what it does as SQL, or take the line out.';
}

function lineEnd(text: string, from: number, limit: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? limit : Math.min(end, limit);
}
