import { connect } from '../common/host.ts';
import type { FromLayers, ToLayers } from '../protocol/layers.ts';
import { createApp } from './app.ts';

const root = document.querySelector<HTMLElement>('#root');
if (!root) throw new Error('The page has no root');
const host = connect<FromLayers>((message) => app.receive(message as ToLayers));
const app = createApp(root, host);
host.send({ type: 'ready' });
