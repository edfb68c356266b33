import { connect } from '../common/host.ts';
import type { FromStats, ToStats } from '../protocol/stats.ts';
import { createApp } from './app.ts';

const root = document.querySelector<HTMLElement>('#root');
if (!root) throw new Error('The page has no root');
const host = connect<FromStats>((message) => app.receive(message as ToStats));
const app = createApp(root, host);
host.send({ type: 'ready' });
