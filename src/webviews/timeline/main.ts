import { connect } from '../common/host.ts';
import type { FromTimeline, ToTimeline } from '../protocol/timeline.ts';
import { createApp } from './app.ts';

const root = document.querySelector<HTMLElement>('#root');
if (!root) throw new Error('The page has no root');
const host = connect<FromTimeline>((message) => app.receive(message as ToTimeline));
const app = createApp(root, host);
host.send({ type: 'ready' });
