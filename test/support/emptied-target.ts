import { isDeepStrictEqual } from 'node:util';
import { after } from 'mocha';
import { readState } from '../../src/dryrun/run.ts';
import type { OpenTarget, Target } from '../../src/dryrun/targets/target.ts';
import type { CatalogState } from '../../src/model/trace.ts';
import { hasPlans } from './kept-target.ts';

/**
 * The target with one database for one run after another of the `describe` that calls this, emptied between them: making a database,
 * opening it and planning the questions about its catalog cost more than most runs. A run that leaves what emptying does not take away
 * gets its database thrown away, as does one that fails; one with extensions, with another time limit or beside another run opens a database of its own.
 */
export function emptiedTarget(target: Target): Target {
  let kept: Kept | null = null;
  const drop = async ({ opened }: Kept): Promise<void> => {
    kept = null;
    await opened.close();
  };
  after(async () => {
    if (kept !== null) await drop(kept);
  });
  return {
    id: target.id,
    async open(options) {
      if (options.extensions.length > 0 || kept?.isLent === true || (kept !== null && kept.statementTimeout !== options.statementTimeout)) return target.open(options);
      const lent = (kept ??= await make(target, options.statementTimeout));
      lent.isLent = true;
      return {
        ...lent.opened,
        save: () => Promise.resolve(),
        startedFrom: null,
        async close() {
          if (await isEmptied(lent)) lent.isLent = false;
          else await drop(lent);
        },
      };
    },
  };
}

interface Kept {
  readonly opened: OpenTarget;
  readonly empty: CatalogState;
  /** Roles belong to the server: those that were there before are somebody else's. */
  readonly roles: readonly string[];
  readonly statementTimeout: number;
  isLent: boolean;
}

async function make(target: Target, statementTimeout: number): Promise<Kept> {
  const opened = await target.open({ extensions: [], startFrom: [], statementTimeout, signal: new AbortController().signal });
  const empty = await readState(opened.session);
  const { rows } = await opened.session.query('SELECT quote_literal(rolname) AS name FROM pg_roles');
  return { opened, empty, roles: rows.map((row) => String(row['name'])), statementTimeout, isLent: false };
}

async function isEmptied({ opened: { session, capabilities }, empty, roles }: Kept): Promise<boolean> {
  try {
    await session.query('ROLLBACK');
    await session.reset();
    await session.query(emptying(Number.parseInt(capabilities.info.serverVersion, 10), roles));
    return (await hasPlans(session)) && isDeepStrictEqual(await readState(session), empty);
  } catch {
    return false;
  }
}

/** Takes away what migrations usually make, and roles other than `roles`, which are literals. */
function emptying(major: number, roles: readonly string[]): string {
  return `
    DO $$ DECLARE command text; BEGIN
      FOR command IN
        SELECT format('DROP EVENT TRIGGER %I', evtname) FROM pg_event_trigger
        UNION ALL SELECT format('DROP PUBLICATION %I', pubname) FROM pg_publication
        UNION ALL SELECT format('DROP FOREIGN DATA WRAPPER %I CASCADE', fdwname) FROM pg_foreign_data_wrapper
        UNION ALL SELECT format('DROP SCHEMA %I CASCADE', nspname) FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
        UNION ALL SELECT format('DROP OWNED BY %I; DROP ROLE %1$I', rolname) FROM pg_roles WHERE rolname NOT IN (${roles.join(', ')})
      LOOP
        EXECUTE command;
      END LOOP;
    END $$;
    CREATE SCHEMA public ${major === 14 ? '' : 'AUTHORIZATION pg_database_owner'};
    GRANT ${major === 14 ? 'ALL' : 'USAGE'} ON SCHEMA public TO PUBLIC;
    COMMENT ON SCHEMA public IS 'standard public schema';`;
}
