export { Compare } from './compare.js';
export { File } from './file.js';
export { Journal } from './journal.js';
export { Pictures } from './pictures.js';
export { Plots } from './plots.js';
export { Trial } from './trial.js';
