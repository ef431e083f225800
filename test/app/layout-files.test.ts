import assert from 'node:assert/strict';
import { editFile, checkFile, openFile, type LiveFile } from '../../src/app/live-file.ts';
import { prepareToCheck } from '../../src/app/live-script.ts';
import { locateAll, openProject } from '../../src/app/project.ts';
import { nodeFiles } from '../../src/host/files.ts';
import { applyEdits } from '../../src/model/edit.ts';
import type { Finding } from '../../src/model/finding.ts';
import { removeFolder, temporaryFolder } from './temporary.ts';

before(prepareToCheck);

/** A file of a project that exists on the disk, as an editor has it open. */
async function opened(files: Readonly<Record<string, string>>, file: string): Promise<LiveFile> {
  const root = await temporaryFolder(files);
  try {
    const project = await openProject(nodeFiles, root);
    return openFile(files[file] ?? '', { project, places: locateAll(project, `${root}/${file}`) });
  } finally {
    await removeFolder(root);
  }
}

function findings(file: LiveFile): readonly Finding[] {
  return checkFile(file, { otherOf: () => null, now: new Date('2026-11-20T12:00:00Z') });
}

const config = '{ "runnerLockTimeout": "5s", "down": "optional" }';

describe('Flyway scripts in the editor', () => {
  it('are checked around their placeholders, and told in the words of the file', async () => {
    const text = 'DROP TABLE ${old};\nCREATE TABLE ${schema}.new (id int ${columns});\nDROP TABLE gone;\n';
    const file = await opened({ 'sql/V1__a.sql': text, 'lockstep.config.json': config }, 'sql/V1__a.sql');
    const found = findings(file);
    assert.deepEqual(found.filter(({ rule }) => rule === 'drop-table').map(({ span }) => text.slice(span.start, span.end)), ['DROP TABLE ${old}', 'DROP TABLE gone']);
    assert.ok(found.some(({ message }) => message.includes('${old}')), 'a message names the table as the file does');
    assert.deepEqual(found.filter(({ rule }) => rule === 'syntax-error'), []);
    assert.ok(file.scripts[0]?.reading?.source.unchecked.some(({ reason }) => reason === 'This statement cannot be read before ${schema} is filled in, so it was not checked.'));
    for (const { fixes } of found) for (const fix of fixes) assert.doesNotMatch(applyEdits(text, fix.edits), /﹩/);
  });
});

describe('Liquibase changelogs in the editor', () => {
  const text = `--liquibase formatted sql
--changeset ada:1
CREATE TABLE users (id bigint);
--rollback DROP TABLE users;

--changeset ada:2
CREATE INDEX users_id ON users (id);

--changeset ada:3
DROP TABLE users;
--rollback CREATE INDEX CONCURRENTLY i ON users (id);
`;
  const files = { 'db/changelog/shop.sql': text, 'lockstep.config.json': '{ "runnerLockTimeout": "5s" }' };

  it('are many migrations in one file, each checked with its own rollback', async () => {
    const found = findings(await opened(files, 'db/changelog/shop.sql'));
    assert.deepEqual(
      found.filter(({ rule }) => ['drop-table', 'create-index-blocking', 'down-missing', 'concurrently-in-transaction'].includes(rule)).map(({ rule, span }) => [rule, text.slice(span.start, span.end)]),
      [
        ['down-missing', 'CREATE INDEX users_id ON users (id)'],
        ['create-index-blocking', 'CREATE INDEX users_id ON users (id)'],
        ['drop-table', 'DROP TABLE users'],
        ['concurrently-in-transaction', 'CREATE INDEX CONCURRENTLY i ON users (id)'],
      ],
    );
  });

  it('say the same after each keystroke as when they are opened', async () => {
    const file = await opened(files, 'db/changelog/shop.sql');
    let edited = file;
    for (const [at, typed] of [[text.indexOf('users_id'), 'x'], [text.indexOf('--rollback DROP'), '-- a\n'], [text.length, '--changeset ada:4\nDROP TABLE a;\n']] as const) {
      edited = editFile(edited, { span: { start: at, end: at }, text: typed });
      assert.deepEqual(findings(edited), findings(openFile(edited.text, file)));
    }
  });
});
