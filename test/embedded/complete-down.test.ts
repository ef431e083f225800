import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { CompleteDownAnswer, Refusal } from '../../src/app/editor-protocol.ts';
import type { MadeDown } from '../../src/model/made-down.ts';
import { LspClient } from '../support/lsp-client.ts';
import { scratchFolder, type ScratchFolder } from '../support/migrations.ts';

const up = 'migrations/0002_portal.sql';
const down = 'migrations/0002_portal_rollback.sql';
const upText = [
  "CREATE TYPE mood AS ENUM ('sad');",
  'CREATE TABLE portals (id bigint PRIMARY KEY, mood mood);',
  'ALTER TABLE orders ADD COLUMN note text, ADD COLUMN shipped boolean;',
  'CREATE INDEX orders_note ON orders (note);',
  '',
].join('\n');
const section = 'visits/20260302090000_add_note.sql';
const program = 'knex/20260102000000_note.ts';
const knex = (upSql: readonly string[], downSql: readonly string[]): string => {
  const calls = (sql: readonly string[]): string => sql.map((each) => `  await knex.raw(\`${each}\`);\n`).join('');
  return `import type { Knex } from "knex";\nexport async function up(knex: Knex): Promise<void> {\n${calls(upSql)}}\nexport async function down(knex: Knex): Promise<void> {\n${calls(downSql)}}\n`;
};
const liquibase = (rollback: readonly string[]): string =>
  `--liquibase formatted sql\n\n--changeset me:1\nCREATE TABLE a (id bigint PRIMARY KEY);\nCREATE TABLE b (a_id bigint REFERENCES a);\n${rollback.map((line) => `--rollback ${line}\n`).join('')}`;

describe('a completed down', function () {
  this.timeout(120_000);
  let folder: ScratchFolder;
  let client: LspClient;

  beforeEach(async () => {
    folder = scratchFolder({
      'migrations/0001_orders.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY);\n',
      'migrations/0001_orders_rollback.sql': 'DROP TABLE IF EXISTS orders;\n',
      [up]: upText,
      [down]: '-- Rollback Migration: portal\n\n',
      'visits/20260301090000_create_visits.sql': '-- migrate:up\nCREATE TABLE visits (id bigint PRIMARY KEY);\n\n-- migrate:down\nDROP TABLE IF EXISTS visits;\n',
      [section]: '-- migrate:up\nALTER TABLE visits ADD COLUMN note text, ADD COLUMN seen boolean;\n\n-- migrate:down\nALTER TABLE visits DROP COLUMN IF EXISTS seen;\n',
      'knex/20260101000000_orders.ts': knex(['CREATE TABLE orders (id bigint PRIMARY KEY)'], ['DROP TABLE IF EXISTS orders']),
      [program]: knex(["CREATE TYPE mood AS ENUM ('sad')", 'ALTER TABLE orders ADD COLUMN mood mood', 'CREATE TABLE seats (id bigint)'], ['DROP TYPE mood']),
      'changes/0001_tables.sql': liquibase(['DROP TABLE a;']),
    });
    client = await LspClient.start({ folder: folder.path, initializationOptions: { commands: true } });
  });

  afterEach(async () => {
    await client.stop();
    folder.remove();
  });

  const request = (name: string, at = { line: 0, character: 0 }): Promise<CompleteDownAnswer | Refusal> => client.request('lockstep/completeDown', { uri: pathToFileURL(folder.at(name)).href, at, workDoneToken: 'down' });

  async function complete(name: string, text?: string): Promise<MadeDown> {
    if (text !== undefined) {
      client.open(folder.at(name), text);
      await client.diagnostics(folder.at(name));
    }
    const answer = await request(name);
    assert.equal(answer.kind, 'down', JSON.stringify(answer));
    return answer.down;
  }

  it('gets each inverse where the order of the up wants it, and keeps what was written, unsaved text too', async () => {
    const made = await complete(down, '-- mine\n\n-- the type goes last\nDROP TYPE IF EXISTS mood; -- at once\n');
    assert.equal(made.text, `-- mine

-- Undoes: CREATE INDEX orders_note ON orders (note)
DROP INDEX IF EXISTS public.orders_note;

-- Undoes: ALTER TABLE orders ADD COLUMN note text, ADD COLUMN shipped boolean
ALTER TABLE IF EXISTS public.orders DROP COLUMN IF EXISTS shipped;
ALTER TABLE IF EXISTS public.orders DROP COLUMN IF EXISTS note;

-- Undoes: CREATE TABLE portals (id bigint PRIMARY KEY, mood mood)
DROP TABLE IF EXISTS public.portals;

-- the type goes last
DROP TYPE IF EXISTS mood; -- at once
`);
    assert.deepEqual([made.verdict, made.isFree, made.statements.map(({ line }) => line)], ['exact', false, [4, 3, 2]]);
    assert.equal(readFileSync(folder.at(down), 'utf8'), '-- Rollback Migration: portal\n\n');
  });

  it('adds below the last statement what undoes the beginning of the up, half a statement where the other half is there, with the line breaks of the file', async () => {
    const made = await complete(down, 'BEGIN;\r\nALTER TABLE orders DROP COLUMN note; -- and its index\r\nCOMMIT;\r\n');
    assert.equal(made.text, [
      'BEGIN;',
      'ALTER TABLE orders DROP COLUMN note; -- and its index',
      '-- Undoes: ALTER TABLE orders ADD COLUMN note text, ADD COLUMN shipped boolean',
      'ALTER TABLE IF EXISTS public.orders DROP COLUMN IF EXISTS shipped;',
      '',
      '-- Undoes: CREATE TABLE portals (id bigint PRIMARY KEY, mood mood)',
      'DROP TABLE IF EXISTS public.portals;',
      '',
      "-- Undoes: CREATE TYPE mood AS ENUM ('sad')",
      'DROP TYPE IF EXISTS public.mood;',
      '',
      'COMMIT;',
      '',
    ].join('\r\n'));
    assert.equal(made.verdict, 'exact');
  });

  it('gives a down its first semicolon, and is nothing where nothing is missing', async () => {
    const made = await complete(down, 'ALTER TABLE orders DROP COLUMN note, DROP COLUMN shipped; DROP TABLE portals');
    assert.equal(made.text, "ALTER TABLE orders DROP COLUMN note, DROP COLUMN shipped; DROP TABLE portals;\n-- Undoes: CREATE TYPE mood AS ENUM ('sad')\nDROP TYPE IF EXISTS public.mood");
    client.replace(folder.at(down), made.text);
    assert.deepEqual(await request(up), { kind: 'nothing' });
  });

  it('is generated whole where it has no statement', async () => {
    const made = await complete(up);
    assert.deepEqual([made.isFree, made.verdict], [true, 'exact']);
    assert.match(made.text, /Brings back: 4 exactly/);
  });

  it('is told of, and shown, where even so it fails', async () => {
    const made = await complete(down, 'DROP TABLE portals;\nDROP TYPE mood;\nDROP TABLE nowhere;\n');
    assert.equal(made.verdict, 'down failed');
    assert.match(made.text, /^-- Undoes: CREATE INDEX[^]+\n\nDROP TABLE portals;\nDROP TYPE mood;\nDROP TABLE nowhere;\n$/);
  });

  it('grows in its section, in calls of a program and in lines of comments', async () => {
    const visits = await complete(section);
    assert.equal(visits.text, '-- migrate:up\nALTER TABLE visits ADD COLUMN note text, ADD COLUMN seen boolean;\n\n-- migrate:down\nALTER TABLE visits DROP COLUMN IF EXISTS seen;\n\n-- Undoes: ALTER TABLE visits ADD COLUMN note text, ADD COLUMN seen boolean\nALTER TABLE IF EXISTS public.visits DROP COLUMN IF EXISTS note;\n');
    const calls = await complete(program);
    assert.equal(calls.text.slice(calls.text.indexOf('export async function down')), 'export async function down(knex: Knex): Promise<void> {\n  await knex.raw(`DROP TABLE IF EXISTS public.seats`);\n  await knex.raw(`ALTER TABLE IF EXISTS public.orders DROP COLUMN IF EXISTS mood`);\n  await knex.raw(`DROP TYPE mood`);\n}\n');
    const changes = await complete('changes/0001_tables.sql');
    assert.equal(changes.text, liquibase(['DROP TABLE IF EXISTS public.b;', 'DROP TABLE a;']));
    assert.deepEqual([visits, calls, changes].map(({ verdict }) => verdict), ['exact', 'exact', 'exact']);
  });
});
