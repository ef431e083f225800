// An editor of a few lines: starts the language server, a dry run, and tells when the stage is reached. faults.test.ts then kills it.
import { serve } from './language-server.ts';
import type { Stage } from './stages.ts';

const [workspace = '', stage = ''] = process.argv.slice(2);
const { LOCKSTEP_FAULTS = '', TMPDIR = '', XDG_CACHE_HOME = '' } = process.env;
const server = await serve({ workspace, env: { LOCKSTEP_FAULTS, TMPDIR, XDG_CACHE_HOME } });
await server.run(stage as Stage).at(stage as Stage); // Whoever starts this names one.
process.send?.('there');
