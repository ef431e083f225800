import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { nodeFiles } from '../../src/host/files.ts';
import { UserError } from '../../src/model/errors.ts';
import { removeFolder, temporaryFolder } from '../app/temporary.ts';

const isRoot = process.getuid?.() === 0;

describe('files of this machine', () => {
  let root = '';
  beforeEach(async () => {
    root = await temporaryFolder({ 'a.sql': 'select 1;', 'deep/b/c.sql': 'select 2;', 'node_modules/x/d.sql': 'x', '.git/e.sql': 'x', 'dist/f.sql': 'x' });
  });
  afterEach(() => removeFolder(root));

  it('lists sorted and relative, without other people’s files', async () => {
    assert.deepEqual(await nodeFiles.list(root, 5), ['a.sql', 'deep/b/c.sql']);
    assert.deepEqual(await nodeFiles.list(root, 1), ['a.sql']);
    assert.deepEqual(await nodeFiles.list(`${root}/nowhere`, 5), []);
  });

  it('follows links, but not those that lead back, and names those that lead nowhere', async () => {
    await symlink(root, `${root}/deep/loop`);
    await symlink(`${root}/deep`, `${root}/deep/b/again`);
    await symlink(`${root}/deep/b`, `${root}/linked`);
    await symlink(`${root}/gone`, `${root}/broken.sql`);
    await symlink(`${root}/a.sql`, `${root}/linked.sql`);
    assert.deepEqual(await nodeFiles.list(root, 9), ['a.sql', 'broken.sql', 'deep/b/c.sql', 'linked.sql', 'linked/c.sql']);
  });

  it('reads text without its byte order mark, and nothing that is not UTF-8', async () => {
    const odd = await temporaryFolder({
      'bom.sql': '\uFEFFselect 1;',
      'crlf.sql': 'select 1;\r\n',
      'emoji.sql': '-- 🚀\n',
      'nul.sql': 'select\u0000',
      'latin.sql': new Uint8Array([0x73, 0xe9, 0x74]),
      'utf16.sql': new Uint8Array([0xff, 0xfe, 0x73, 0x00]),
      'empty.sql': '',
    });
    const read = (name: string): Promise<string | null> => nodeFiles.read(`${odd}/${name}`);
    assert.equal(await read('bom.sql'), 'select 1;');
    assert.equal(await read('crlf.sql'), 'select 1;\r\n');
    assert.equal(await read('emoji.sql'), '-- 🚀\n');
    assert.equal(await read('empty.sql'), '');
    assert.deepEqual(await Promise.all(['nul.sql', 'latin.sql', 'utf16.sql', 'missing.sql'].map(read)), [null, null, null, null]);
    assert.equal(await nodeFiles.read(odd), null);
    await removeFolder(odd);
  });

  it('creates with the folders above, and never replaces unless told so', async () => {
    await nodeFiles.write(`${root}/new/folder/x.sql`, 'one', 'create');
    await assert.rejects(nodeFiles.write(`${root}/new/folder/x.sql`, 'two', 'create'), (error) => error instanceof UserError && error.code === 'file-exists');
    assert.equal(await readFile(`${root}/new/folder/x.sql`, 'utf8'), 'one');
    await nodeFiles.write(`${root}/new/folder/x.sql`, 'two', 'replace');
    assert.equal(await readFile(`${root}/new/folder/x.sql`, 'utf8'), 'two');
    assert.deepEqual(await readdir(`${root}/new/folder`), ['x.sql']);
  });

  it('puts bytes back exactly, and removes files and empty folders only', async () => {
    const bytes = new Uint8Array([0xef, 0xbb, 0xbf, 0x00, 0xff]);
    await nodeFiles.restore(`${root}/a.sql`, bytes);
    assert.deepEqual(new Uint8Array(await readFile(`${root}/a.sql`)), bytes);
    await nodeFiles.restore(`${root}/a.sql`, null);
    await nodeFiles.restore(`${root}/a.sql`, null);
    await mkdir(`${root}/empty`);
    await nodeFiles.restore(`${root}/empty`, null);
    await nodeFiles.restore(`${root}/deep`, null);
    assert.deepEqual(await nodeFiles.list(root, 5), ['deep/b/c.sql']);
    assert.equal(await nodeFiles.exists(`${root}/empty`), false);
  });

  it('says in words why a place cannot be written', async () => {
    await assert.rejects(nodeFiles.write(`${root}/a.sql/b.sql`, 'x', 'create'), (error) => error instanceof UserError && error.code === 'file-not-writable' && error.next !== '');
    // Root may write everywhere: the file system itself has to refuse.
    const readOnly = isRoot ? '/proc/lockstep' : `${root}/deep`;
    if (!isRoot) await chmod(readOnly, 0o555);
    await assert.rejects(nodeFiles.write(`${readOnly}/x.sql`, 'x', 'create'), (error) => error instanceof UserError && error.code === 'file-not-writable');
    if (!isRoot) await chmod(readOnly, 0o755);
  });
});
