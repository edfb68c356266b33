import * as vscode from 'vscode';
import type { Container } from '../engine/model.ts';
import { fullId } from '../manifest/commands.ts';
import type { CommandId } from '../manifest/commands.ts';
import { containerFacts } from './rows/containers.ts';

/** Runs a command on a container, as its row's menu does. */
export async function runOn(command: CommandId, container: Container): Promise<void> {
  await vscode.commands.executeCommand(fullId(command), {
    noun: 'container',
    facts: containerFacts(container),
    label: container.name,
    icon: { id: 'vm' },
    target: container,
  });
}
