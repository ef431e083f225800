// Starts a database process, sends it into an endless loop and reports its id: process.test.ts then kills this one.
import { embeddedTarget } from '../../src/dryrun/targets/embedded.ts';
import { databaseEngine } from '../../src/host/database.ts';
import { databaseProcesses } from './processes.ts';

const target = embeddedTarget(databaseEngine({ cacheFolder: process.argv[2] ?? '', spareFor: 0 }));
const opened = await target.open({ extensions: [], startFrom: [], statementTimeout: 60_000, signal: new AbortController().signal });
opened.session.query('DO $$ BEGIN LOOP END LOOP; END $$').catch(() => undefined);
process.send?.(databaseProcesses()[0]);
