import { urlTargetAt } from '../support/url-target.ts';
import { usual } from './contract.ts';

// A process of its own: opens the target url, says the name of the database and waits to be killed.
const { session } = await urlTargetAt(process.env['OPEN_THIS'] ?? null).open(usual);
const { rows } = await session.query('SELECT current_database()');
process.stdout.write(`${String(rows[0]?.['current_database'])}\n`);
await session.query('SELECT pg_sleep(600)');
