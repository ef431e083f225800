import type { Connection } from 'vscode-languageserver';
import { drift, type DriftPorts } from '../app/drift.ts';
import type { DriftAnswer, DriftParams } from '../app/editor-protocol.ts';
import type { NeonPort, Ports, SecretPort } from '../app/ports.ts';
import type { TargetWish } from '../app/target-choice.ts';
import { knownFolder } from './migrations.ts';
import { withProgress } from './progress.ts';
import type { Projects } from './projects.ts';

interface DriftWiring {
  readonly connection: Connection;
  readonly projects: Projects;
  readonly ports: Ports;
  readonly neon: NeonPort;
  readonly secrets: SecretPort;
}

/** Compares a folder's history with a server, a Neon branch or the declared schema. */
export async function findDrift({ connection, projects, ports, neon, secrets }: DriftWiring, { uri, workDoneToken, other, target = {} }: DriftParams, signal: AbortSignal): Promise<DriftAnswer> {
  const found = await knownFolder(projects, uri);
  // A history is replayed from nothing, and a server that is only to be read gets no scratch database.
  const kind = (target.kind ?? found.folder.config.target) === 'container' ? 'container' : 'embedded';
  const wish: TargetWish = { ...target, kind };
  const all: DriftPorts = { ...ports, neon, secrets };
  const report = await withProgress(connection, { token: workDoneToken, title: 'Looking for drift' }, (progress) => drift(all, { ...found, other, target: wish, signal, progress }));
  return { kind: 'drift', report };
}
