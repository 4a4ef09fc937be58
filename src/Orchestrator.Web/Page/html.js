// Markup as tagged templates: what Preact and htm give, under one name.
import { Fragment, h, render } from './vendor/preact.js';
import htm from './vendor/htm.js';

export * from './vendor/preact-hooks.js';
export { Fragment, render };
export const html = htm.bind(h);
