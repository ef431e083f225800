import assert from 'node:assert/strict';
import { cp } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { check } from '../../src/app/check.ts';
import { nodeFiles } from '../../src/host/files.ts';
import { nodeProcesses } from '../../src/host/processes.ts';
import { removeFolder, temporaryFolder } from './temporary.ts';

const ports = { files: nodeFiles, processes: nodeProcesses, now: () => new Date('2026-11-20T18:30:05Z') };

/** On a copy: the history of this repository is no history of the example's. */
async function rulesByFile(example: string): Promise<Readonly<Record<string, readonly string[]>>> {
  const copy = await temporaryFolder({ 'package.json': '{}' });
  await cp(fileURLToPath(new URL(`../../examples/${example}`, import.meta.url)), copy, { recursive: true });
  const report = await check(ports, [copy]);
  await removeFolder(copy);
  assert.deepEqual(report.problems, []);
  const files = report.files.filter((file) => file.findings.length > 0);
  return Object.fromEntries(files.map((file) => [file.path.slice(file.path.lastIndexOf('/') + 1), file.findings.map((finding) => finding.rule)]));
}

describe('what the examples show', () => {
  it('billing and crm are what careful teams write', async () => {
    assert.deepEqual(await rulesByFile('billing'), {});
    assert.deepEqual(await rulesByFile('crm'), {});
  });

  it('the newest migration of shop carries hazards on purpose, and it alone', async () => {
    assert.deepEqual(await rulesByFile('shop'), {
      '0014_prepare_customer_portal.sql': ['alter-column-type-rewrite', 'backfill-in-schema-migration', 'set-not-null-scan', 'add-column-volatile-default', 'create-index-blocking', 'drop-column'],
      '0014_prepare_customer_portal.down.sql': ['drop-index-blocking', 'alter-column-type-rewrite'],
    });
  });
});
