import { openServerSession } from '../../src/dryrun/targets/server.ts';
import type { OpenTarget, Target } from '../../src/dryrun/targets/target.ts';
import type { PostgresMajor } from '../../src/model/config.ts';
import { sharedServer } from './postgres.ts';

let databases = 0;

/** The shared server of one major as a dry run's target: each opening gets a database of its own, which is dropped at its end. */
export function serverTarget(major: PostgresMajor): Target {
  return {
    id: 'url',
    async open({ statementTimeout, signal }): Promise<OpenTarget> {
      const server = await sharedServer(major);
      const name = `dry_run_${String(major)}_${String(++databases)}`;
      await server.administer(`CREATE DATABASE ${name}`);
      const session = await openServerSession({ url: server.url(name), statementTimeout, signal });
      const { serverVersion } = session;
      return {
        capabilities: {
          info: { id: 'url', title: `PostgreSQL ${serverVersion}`, serverVersion },
          secondSession: { kind: 'measured', value: true },
          realData: false,
        },
        session,
        startedFrom: null,
        connect: () => openServerSession({ url: server.url(name), statementTimeout, signal }),
        async close() {
          await session.close();
          await server.administer(`DROP DATABASE ${name} WITH (FORCE)`);
        },
      };
    },
  };
}
