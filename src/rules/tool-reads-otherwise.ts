import { defineRule, type ScriptRule } from './define-rule.ts';

/** What the layout says that its tool will stumble over, or take for something else than its writer meant. */
export const toolReadsOtherwise: ScriptRule = defineRule({
  id: 'tool-reads-otherwise',
  title: 'The tool reads this file otherwise',
  severity: 'error',
  category: 'migration',
  scope: 'script',
  check: ({ asRead, text }) =>
    asRead.problems.map(({ span, message, next, ...placed }) => ({ ...placed, message: `${message} ${next}`, span: { start: span.start, end: Math.min(text.length, Math.max(span.end, span.start + 1)) } })),
  docs: {
    what: 'The migration tool would refuse the file, cut a statement in two, or run something else than is meant: a section without its directive, two of them, a directive that the tool does not see, a StatementBegin without its StatementEnd, a function body that is cut at a semicolon.',
    why: 'PostgreSQL has no say in it: the SQL can be right and still never reach the server, or reach it in pieces. It is found when the migration runs, and on some tools only after a part of it has run.',
    instead: "Write the file as the tool's own reader takes it; the message says where and how. What is found is what the tool does by its own sources and, where it runs here, by trying it.",
  },
  examples: {
    bad: [
      {
        title: 'goose ends a statement where a line ends in a semicolon',
        layout: 'goose',
        sql: '-- +goose Up\nCREATE FUNCTION one() RETURNS integer LANGUAGE plpgsql AS $$\nBEGIN\n  RETURN 1;\nEND\n$$;\n\n-- +goose Down\nDROP FUNCTION IF EXISTS one();\n',
      },
      { title: 'A StatementBegin that nothing ends', layout: 'goose', sql: '-- +goose Up\n-- +goose StatementBegin\nCREATE TABLE invoices (id bigint PRIMARY KEY);\n\n-- +goose Down\nDROP TABLE IF EXISTS invoices;\n' },
      { title: 'dbmate wants both directives', layout: 'dbmate', sql: '-- migrate:up\nCREATE TABLE invoices (id bigint PRIMARY KEY);\n' },
      { title: 'dbmate fails at a second up', layout: 'dbmate', sql: '-- migrate:up\nCREATE TABLE invoices (id bigint PRIMARY KEY);\n-- migrate:down\nDROP TABLE IF EXISTS invoices;\n-- migrate:up\nCREATE TABLE payments (id bigint PRIMARY KEY);\n-- migrate:down\nDROP TABLE IF EXISTS payments;\n' },
      { title: 'Sections that plain SQL files do not have', layout: 'plain', sql: '-- migrate:up\nCREATE TABLE IF NOT EXISTS invoices (id bigint PRIMARY KEY);\n-- migrate:down\n' },
    ],
    good: [
      {
        title: 'Marked for goose',
        layout: 'goose',
        sql: '-- +goose Up\n-- +goose StatementBegin\nCREATE FUNCTION one() RETURNS integer LANGUAGE plpgsql AS $$\nBEGIN\n  RETURN 1;\nEND\n$$;\n-- +goose StatementEnd\n\n-- +goose Down\nDROP FUNCTION IF EXISTS one();\n',
      },
      { layout: 'dbmate', sql: '-- migrate:up\nCREATE TABLE invoices (id bigint PRIMARY KEY);\n\n-- migrate:down\nDROP TABLE IF EXISTS invoices;\n' },
    ],
  },
});
