import { containersFor } from '../support/podman.ts';
import { usual } from './contract.ts';

// A process of its own: borrows a container, says so and ends as its first signal wants it.
process.once('SIGTERM', () => process.exit(143));
const { target } = containersFor({ keepFor: 60_000 });
await target.open(usual);
process.stdout.write('ready\n');
setInterval(() => undefined, 60_000);
