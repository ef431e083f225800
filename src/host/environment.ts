import type { SecretPort } from '../app/ports.ts';

/** Secrets as the command line gets them: from the environment. An empty variable counts as none. */
export const environmentSecrets: SecretPort = {
  read: (name) => Promise.resolve(process.env[name] || null),
};
