import { headSpan } from '../sql/spans.ts';
import { defineRule, type StatementRule } from './define-rule.ts';

/** COPY that runs a program on the server. */
export const copyProgram: StatementRule = defineRule({
  id: 'copy-program',
  title: 'COPY … PROGRAM runs a command on the server',
  severity: 'error',
  category: 'row-level security',
  scope: 'statement',
  kinds: ['CopyStmt'],
  check(statement) {
    if (statement.node['is_program'] !== true) return [];
    return [{
      message: 'It runs a shell command on the database server, as the operating system user of PostgreSQL, who can read and delete all of its files. Only superusers and pg_execute_server_program may do so, and hosted PostgreSQL lets nobody. Load the data from the client.',
      span: headSpan(statement),
    }];
  },
  docs: {
    what: 'COPY … FROM PROGRAM or COPY … TO PROGRAM in a migration.',
    why: 'The command is given to a shell on the server, with the rights of the user that PostgreSQL runs as (manual, COPY). It depends on what is installed there, no rollback undoes it, and it is the first thing that an intruder with superuser rights uses.',
    instead: 'Run the program where the migration runs, and send its output with COPY … FROM STDIN, or psql’s \\copy.',
  },
  examples: {
    bad: [{ setup: 'CREATE TABLE zones (name text);', sql: "COPY zones FROM PROGRAM 'echo Europe/Vienna';" }],
    good: [{ setup: 'CREATE TABLE zones (name text);', sql: "INSERT INTO zones VALUES ('Europe/Vienna');" }],
  },
});
