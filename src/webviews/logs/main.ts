import { connect } from '../common/host.ts';
import type { FromLogs, ToLogs } from '../protocol/logs.ts';
import { createApp } from './app.ts';

const root = document.querySelector<HTMLElement>('#root');
if (!root) throw new Error('The page has no root');
const host = connect<FromLogs>((message) => app.receive(message as ToLogs));
const app = createApp(root, host);
host.send({ type: 'ready' });
