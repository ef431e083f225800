/** Where a dry run can be hit. */
export const stages = ['booting', 'history', 'fill', 'up', 'down', 'up again'] as const;

export type Stage = (typeof stages)[number];

/** How the dry run tells that it has come there. */
export const arrival: Readonly<Record<Stage, RegExp>> = {
  booting: /^Starting PostgreSQL/,
  history: /^Replaying the history/,
  fill: /^Making up rows/,
  up: /^Running the up: /,
  down: /^Running the down: /,
  'up again': /^Running the up again: /,
};

/** The path of the up whose dry run stays at a stage for a minute; `calm` is one that goes through. */
export function upOf(stage: Stage | 'calm'): string {
  return `${folderOf(stage)}/migrations/0002_now.sql`;
}

/** Files of a workspace: one project for each stage, and a calm one. Most share their history. */
export function projects(unique: string): Readonly<Record<string, string>> {
  const all = ([...stages, 'calm'] as const).map((stage) => Object.entries(project(stage, unique)).map(([name, text]) => [`${folderOf(stage)}/migrations/${name}`, text] as const));
  return Object.fromEntries(all.flat());
}

function folderOf(stage: Stage | 'calm'): string {
  return stage.replace(' ', '_');
}

const pause = 'SELECT pg_sleep(60);\n';

function project(stage: Stage | 'calm', unique: string): Readonly<Record<string, string>> {
  const base = `CREATE TABLE t (id bigint PRIMARY KEY, note text);\nCREATE SEQUENCE runs;\nCOMMENT ON TABLE t IS '${unique}';\n`;
  // A table that takes a minute to fill: whoever puts a row into it waits in its CHECK.
  const slow = 'CREATE FUNCTION slow() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(60); RETURN true; END $$;\nCREATE TABLE slow (id int CHECK (slow()));\n';
  // Another history than the one whose database waits as a spare: that one would have booted long ago.
  const history = stage === 'history' ? pause : stage === 'fill' ? slow : stage === 'booting' ? 'CREATE TABLE other ();\n' : '';
  // A sequence is not set back by anything, so it knows which run this is.
  const up = stage === 'up' ? pause : stage === 'up again' ? `SELECT CASE WHEN nextval('runs') > 1 THEN pg_sleep(60)::text END;\n` : '';
  return {
    '0001_base.sql': base + history,
    '0001_base_rollback.sql': 'DROP TABLE t;\nDROP SEQUENCE runs;\n',
    '0002_now.sql': `${up}ALTER TABLE t ADD COLUMN more text;\n`,
    '0002_now_rollback.sql': `${stage === 'down' ? pause : ''}ALTER TABLE t DROP COLUMN more;\n`,
  };
}
