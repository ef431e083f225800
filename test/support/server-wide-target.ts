import type { OpenTarget, SecondSession, Target } from '../../src/dryrun/targets/target.ts';
import type { PostgresMajor } from '../../src/model/config.ts';
import { serverGround, serverRest } from '../fixtures/down/server-wide.ts';
import { sharedServer } from './postgres.ts';
import { serverTarget } from './server-target.ts';

/** The shared server for statements that reach beyond their database: each opening finds the same server, as with a container of its own. */
export function serverWideTarget(major: PostgresMajor): Target {
  const inner = serverTarget(major);
  return {
    id: inner.id,
    async open(options): Promise<OpenTarget> {
      const server = await sharedServer(major);
      for (const sql of [...serverRest, ...serverGround]) await server.administer(sql);
      const opened = await inner.open(options);
      return {
        ...opened,
        async close() {
          const session = await opened.connect?.();
          if (session !== undefined) await letGo(session);
          await opened.close();
          for (const sql of serverRest) await server.administer(sql);
        },
      };
    },
  };
}

/** PostgreSQL drops no database that subscribes or is a template. */
async function letGo(session: SecondSession): Promise<void> {
  const { rows } = await session.query(`SELECT quote_ident(subname) AS name FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())`);
  for (const { name } of rows) {
    await session.query(`ALTER SUBSCRIPTION ${String(name)} DISABLE`);
    await session.query(`ALTER SUBSCRIPTION ${String(name)} SET (slot_name = NONE)`);
    await session.query(`DROP SUBSCRIPTION ${String(name)}`);
  }
  await session.query(`DO $$ BEGIN EXECUTE format('ALTER DATABASE %I IS_TEMPLATE false', current_database()); END $$`);
  await session.close();
}
